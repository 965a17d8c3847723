/** The parameters of a strategy for people: kind and default, without running it. */
import { formatParam, paramKind } from '../strategy/params.ts'
import type { StrategyDefinition } from '../strategy/strategy.ts'

export interface ParamDescription {
  readonly name: string
  readonly kind: string
  /** As typed; undefined when there is none or when it depends on the tape. */
  readonly default: string | undefined
  readonly source: 'fixed' | 'from the tape' | 'must be given' | 'optional'
}

export function describeParams({ params, defaults }: StrategyDefinition): ParamDescription[] {
  return Object.entries(params.shape).map(([name, schema]) => {
    const kind = paramKind(schema)
    const parsed = params.shape[name]?.safeParse(undefined)
    const described = { name, kind: kind ?? 'value' }
    if (!parsed.success) {
      const isProposed = defaults !== undefined && kind !== 'file'
      return { ...described, default: undefined, source: isProposed ? 'from the tape' : 'must be given' }
    }
    const isOptional = parsed.data === undefined
    return {
      ...described,
      default: isOptional ? undefined : formatParam(parsed.data, kind),
      source: isOptional ? 'optional' : 'fixed',
    }
  })
}
