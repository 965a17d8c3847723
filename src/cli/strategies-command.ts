/** `sim strategies`: what there is, with parameters and defaults. */

import { describeParams } from '../run/describe-params.ts'
import { builtinNames, loadStrategy } from '../run/load-strategy.ts'
import { type Arguments, isSet } from './arguments.ts'

export async function strategiesCommand(args: Arguments): Promise<number> {
  const strategies = await Promise.all(
    builtinNames().map(async (name) => {
      const { definition } = await loadStrategy(name)
      return { name, description: definition.description, params: describeParams(definition) }
    }),
  )
  if (isSet(args, 'json')) {
    process.stdout.write(`${JSON.stringify(strategies)}\n`)
    return 0
  }
  const blocks = strategies.map(({ name, description, params }) => {
    const width = Math.max(0, ...params.map((param) => param.name.length)) + 2
    const lines = params.map((param) => {
      const value = param.default === undefined ? `(${param.source})` : param.default
      return `    ${param.name.padEnd(width)}${param.kind.padEnd(10)}${value}`
    })
    return [`${name}: ${description}`, ...lines].join('\n')
  })
  process.stdout.write(`${blocks.join('\n\n')}\n`)
  return 0
}
