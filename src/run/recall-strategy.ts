/** The strategy that a journal was written with, from what the journal says about it. */
import { ConfigError, DataError } from '../core/errors.ts'
import { loadStrategy } from './load-strategy.ts'
import type { RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'

/**
 * @param nameOrPath as it was given when the journal was written
 * @throws {ConfigError} STRATEGY_CHANGED, and whatever loading it throws @throws {DataError} JOURNAL_DAMAGED
 */
export async function recallStrategy(
  { strategy, params, codeHash }: RunDescription,
  nameOrPath: string = strategy,
): Promise<RunnableStrategy> {
  const { definition, codeHash: codeHashNow } = await loadStrategy(nameOrPath)
  if (codeHash !== codeHashNow) {
    throw new ConfigError(
      'STRATEGY_CHANGED',
      `${nameOrPath} is not the code that the journal was written with`,
    )
  }
  const parsed = definition.params.strict().safeParse(params)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new DataError(
      'JOURNAL_DAMAGED',
      `parameter ${issue?.path.join('.')} of strategy ${strategy} in the journal: ${issue?.message}`,
    )
  }
  const values: Record<string, unknown> = parsed.data
  return {
    name: definition.name,
    params,
    ...(codeHash === undefined ? {} : { codeHash }),
    subscriptions: definition.subscriptions?.(values) ?? {},
    create: (context) => definition.create(values, context),
  }
}
