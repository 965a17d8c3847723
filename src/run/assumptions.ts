/** Every assumption of a simulated run, in words a user can judge; printed in the report. */
import { formatDuration } from '../core/duration.ts'
import { unreachable } from '../core/errors.ts'
import { type CrossedMessages, describeCrossed } from '../model/crossed-books.ts'
import type { InstrumentKind } from '../model/instrument.ts'
import type { Assumption } from '../model/run-record.ts'
import { type DataLevel, hasBook } from '../model/tape.ts'
import type { FeesConfig, FundingConfig, MarginConfig } from './account-schemas.ts'
import { marginInForce } from './margin-config.ts'
import type { MarkUse } from './mark-prices.ts'
import type { RunConfig } from './run-config.ts'

export interface AssumptionsInput {
  readonly config: RunConfig
  readonly level: DataLevel
  readonly latency: string
  readonly settleCurrency: string
  /** Beyond the book, and what it came to; undefined when it is off. */
  readonly impact: string | undefined
  /** Of the venue: rules, limits, maintenance, outages. */
  readonly conditions: readonly Assumption[]
  /** By instrument. */
  readonly kinds: readonly InstrumentKind[]
  /** Messages that leave the book crossed; undefined when there are none. */
  readonly crossed?: CrossedMessages | undefined
  /** Who uses mark prices of the data. */
  readonly marks: MarkUse
}

export function listAssumptions(input: AssumptionsInput): Assumption[] {
  const { config, level, latency, settleCurrency, impact, conditions, marks, crossed } = input
  const { fees, account } = config
  return [
    { name: 'Latency', value: latency },
    ...fillAssumptions(config, level, impact),
    ...(crossed === undefined || config.fillModel === 'hftbacktest'
      ? []
      : [
          {
            name: 'Crossed books',
            value: `${describeCrossed(crossed)}; nothing is taken or matched meanwhile`,
          },
        ]),
    ...conditions,
    {
      name: 'Fees',
      value: `${describeRates(fees)} of the notional, rounded up${describeFeeCurrency(config)}`,
    },
    {
      name: 'Account',
      value: `${account.balance} ${settleCurrency} at the start, leverage ${account.leverage}; ${describeVenueActs(input)}`,
    },
    ...contractAssumptions(input),
    { name: 'Valuation', value: describeValuation(marks) },
    { name: 'End of data', value: 'open orders end unfilled; positions stay open and are valued' },
  ]
}

/** Without mark prices in the data there is nothing to choose, and nothing to say. */
function describeValuation(marks: MarkUse): string {
  const mid = 'open positions at the mid price as we know it'
  const rest = 'at the mid where the last is older than 10 s'
  switch (marks) {
    case 'off':
      return mid
    case 'venue':
      return `${mid}; what the venue does by itself at the mark prices of the data, ${rest}`
    case 'all':
      return `open positions at the mark prices of the data as we know them, ${rest}; what the venue does by itself likewise`
    default:
      return unreachable(marks)
  }
}

function fillAssumptions(config: RunConfig, level: DataLevel, impact: string | undefined): Assumption[] {
  if (config.fillModel === 'hftbacktest') return hftbacktestAssumptions(config)
  return [
    ...(hasBook(level) ? bookAssumptions(config, level) : printAssumptions(config, level)),
    {
      name: 'Market impact',
      value: impact ?? 'none beyond the liquidity taken: the recorded market does not react to our orders',
    },
  ]
}

/** Said as what it is: several of these flatter a strategy. */
function hftbacktestAssumptions({ exchange = 'nopartial', queue }: RunConfig): Assumption[] {
  const isPartial = exchange === 'partial'
  return [
    {
      name: 'Fill model',
      value: `hftbacktest 2.4.4, reproduced with its simplifications, exchange model ${exchange}`,
    },
    {
      name: 'Taking',
      value: isPartial
        ? 'walks displayed levels; what is missing within the limit is filled at the limit; what is taken stays displayed'
        : 'the whole quantity at the best price, however little is displayed there; what is taken stays displayed',
    },
    {
      name: 'Making',
      value: `an opposite quote at its price, or a trade through it, fills it whole whatever its size; a trade at its price fills ${isPartial ? 'the excess over the queue' : 'it whole'} once it exceeds the queue; own orders do not share volume`,
    },
    { name: 'Queue model', value: `${queue}, in the arithmetic of hftbacktest` },
    { name: 'Market impact', value: 'none at all: the same liquidity can be taken again and again' },
  ]
}

export function describeFees(fees: FeesConfig): string {
  return describeRates(fees) + (fees.currency === 'received' ? ', of a buy in the bought coin' : '')
}

/** Of the account, and of instruments that differ from it. */
function describeFeeCurrency({ fees, instruments = {} }: RunConfig): string {
  const kept =
    'kept of the bought coin of a buy, to 8 decimals or those of a lot; valued at the price of the fill'
  const own = Object.entries(instruments).flatMap(([id, { fees: its }]) =>
    its?.currency === 'received' && fees.currency !== 'received' ? [id] : [],
  )
  if (fees.currency === 'received') return `; ${kept}`
  return own.length === 0 ? '' : `; on ${own.join(', ')} ${kept}`
}

function describeRates({ makerBps, takerBps, tiers, volume }: FeesConfig): string {
  if (tiers === undefined) return `maker ${makerBps} bps, taker ${takerBps} bps`
  const before = volume === undefined ? '' : `, ${volume} of them before the run`
  const list = tiers.map((tier) => `from ${tier.volume} maker ${tier.makerBps} taker ${tier.takerBps}`)
  return `by what was traded in 30 days${before}: ${list.join('; ')} bps`
}

export function describeFunding(funding: FundingConfig | undefined): string {
  if (funding === undefined) return 'none'
  switch (funding.source) {
    case 'constant':
      return `rate ${funding.rate} every ${formatDuration(funding.intervalUs)} from midnight UTC`
    case 'schedule':
      return `${funding.rates.length} rates given at their times`
    case 'data':
      return 'rates and times of the recording'
    default:
      return unreachable(funding)
  }
}

export function describeTiers(
  { tiers, liquidationFeeBps }: Exclude<MarginConfig, 'off'>,
  settleCurrency: string,
): string {
  const list = tiers.map(({ floor, maintenancePct, deduction, maxLeverage }) => {
    const from = floor === '0' ? '' : ` from ${floor} ${settleCurrency}`
    const less = deduction === undefined ? '' : ` less ${deduction}`
    return `${maintenancePct} %${less}${from}${maxLeverage === undefined ? '' : ` (leverage ${maxLeverage} at most)`}`
  })
  return `maintenance ${list.join(', ')}; a liquidation costs ${liquidationFeeBps} bps more than a taker fill`
}

function describeVenueActs({ config, kinds }: AssumptionsInput): string {
  const isSpot = kinds.every((kind) => kind === 'spot')
  const funding = isSpot || config.funding === undefined ? 'no funding' : 'funding'
  return `${funding}, ${marginInForce(config, kinds) === undefined ? 'no liquidation' : 'liquidation'}`
}

function contractAssumptions({ config, kinds, settleCurrency, marks }: AssumptionsInput): Assumption[] {
  if (kinds.every((kind) => kind === 'spot')) return []
  const margin = marginInForce(config, kinds)
  const at = marks === 'off' ? "the venue's mid" : 'the mark price of the data'
  const funding: Assumption = {
    name: 'Funding',
    value: `${describeFunding(config.funding)}; of the position at the venue at that moment, at ${at}; longs pay a positive rate, what is paid is rounded up`,
  }
  return [
    ...(config.funding === undefined ? [] : [funding]),
    ...(margin === undefined
      ? []
      : [
          {
            name: 'Liquidation',
            value:
              `${describeTiers(margin, settleCurrency)}. Equity at ${at} is looked at once a second; at or below the maintenance margin ` +
              'all orders are canceled and all positions closed against the displayed book no worse than the bankruptcy price, ' +
              'the rest at that price by the insurance fund; fees take no more than what is left',
          },
        ]),
    ...(kinds.includes('inverse')
      ? [
          {
            name: 'Inverse contracts',
            value: `PnL, fees and balance in ${settleCurrency}: quantity × contract size × (1 ÷ entry − 1 ÷ exit), each fill rounded once toward zero`,
          },
        ]
      : []),
  ]
}

function bookAssumptions(config: RunConfig, level: DataLevel): Assumption[] {
  if (level === 'l3') return orderAssumptions()
  const depth = level === 'l1' ? 'the touch is the whole book (L1 data)' : 'all displayed levels'
  return [
    { name: 'Taking', value: `walks ${depth}; what is taken is gone until the feed refreshes that level` },
    {
      name: 'Making',
      value:
        'joins behind the displayed quantity; fills with the excess of trades at its price, by trades through it, and by opposite quotes at or through it, never more than traded or arrived',
    },
    { name: 'Queue model', value: config.queue },
    { name: 'Hidden liquidity', value: 'none: only displayed quantity can be taken' },
  ]
}

function orderAssumptions(): Assumption[] {
  return [
    {
      name: 'Taking',
      value:
        'walks all displayed levels; what is taken is gone until the orders that are first at the price are executed, or the level is smaller than it',
    },
    {
      name: 'Making',
      value:
        'joins behind the orders that stand at its price; fills in the stead of an order that came later or at a worse price when that is executed, and by orders that arrive at or through its price, never more than executed or arrived',
    },
    { name: 'Queue model', value: 'none: places in the queue are exact, by order id' },
    { name: 'Hidden liquidity', value: 'none: only displayed quantity can be taken' },
  ]
}

function describePath({ barPath = 'nearer' }: RunConfig): string {
  const nearer = 'a bar is walked open → nearer extreme → other extreme → close'
  switch (barPath) {
    case 'nearer':
      return nearer
    case 'high-first':
      return 'a bar is walked open → high → low → close'
    case 'low-first':
      return 'a bar is walked open → low → high → close'
    case 'pessimistic':
      return `${nearer}, but where a stop and a target lie inside the stop comes first`
    case 'optimistic':
      return `${nearer}, but where a stop and a target lie inside the target comes first`
    default:
      return unreachable(barPath)
  }
}

function printAssumptions(config: RunConfig, level: DataLevel): Assumption[] {
  const path = level === 'bars' ? `; ${describePath(config)}, a quarter of its volume each` : ''
  return [
    {
      name: 'Taking',
      value: `no book in the data: fills against the prints after arrival, at the print plus ${config.spreadTicks} ticks against us${path}`,
    },
    {
      name: 'Making',
      value: 'fills at its own price only when a print is strictly beyond it, never more than was printed',
    },
    ...(level === 'bars'
      ? [
          {
            name: 'Stops inside a bar',
            value:
              'at the trigger price, or at the open beyond it, with the spread; orders that trade in a bar and their exits follow the same path',
          },
        ]
      : []),
  ]
}
