/** The options of `sim run`, as yargs wants them. All values are text: whoever owns a meaning parses it. */
import type { Options } from 'yargs'
import { instrumentKinds } from '../model/instrument.ts'
import { dataLevels } from '../model/tape.ts'

const text = (description: string): Options => ({ type: 'string', description })
const list = (description: string): Options => ({ type: 'string', array: true, description })
const flag = (description: string): Options => ({ type: 'boolean', description })

/** What a file may need said about it when it does not say it itself; also for `sim data import` and `info`. */
export const importOptions = {
  instrument: text('name of the instrument, such as BTCUSDT'),
  venue: text('where it was recorded, such as binance-usdm'),
  kind: { ...text('kind of instrument'), choices: [...instrumentKinds] },
  tick: text('tick size, such as 0.1'),
  lot: text('lot size, such as 0.001'),
  'contract-size': text('of one contract: in base currency, of an inverse one in quote currency'),
  date: text('day of a recording that has times of day only, such as 2012-06-21'),
  columns: text("our names of columns = the file's: time=ts,price=px,qty=size"),
} satisfies Record<string, Options>

export const checkOptions = {
  'min-grade': text('worst grade that is good enough, from A to F: exit 1 below it'),
} satisfies Record<string, Options>

export const synthOptions = {
  seed: text('seed of the market [1]'),
  rows: text('about so many rows'),
  duration: text('about so long, such as 10m'),
  bars: text('bars of this length instead of a book, such as 1m'),
} satisfies Record<string, Options>

export const runOptions = {
  strategy: text('name of a strategy (see sim strategies), or path of a .ts, .js or .mjs file'),
  data: list('file with market data; repeat to join days or instruments'),
  param: list('parameter of the strategy: --param side=buy'),
  config: text('JSON file with any of these settings; the command line wins'),
  seed: text('seed of every random stream [1]'),
  latency: text(
    'measured[:scale], measured-sampled[:scale], constant:5ms[,5ms] (to the venue, back), lognormal:median,p99, distribution:FILE or recorded:FILE',
  ),
  'latency-file': text('table of recorded order latencies, or of a distribution'),
  'fill-model': {
    ...text('honest, or hftbacktest: exactly what that tool does'),
    choices: ['honest', 'hftbacktest'],
  },
  exchange: { ...text('exchange model of hftbacktest [nopartial]'), choices: ['nopartial', 'partial'] },
  'entry-latency': text('constant latency to the venue, such as 5ms; with --response-latency'),
  'response-latency': text('constant latency back, such as 5ms; with --entry-latency'),
  queue: text('risk-averse, prob-power:N, prob-power2:N, prob-power3:N, prob-log or prob-log2 [risk-averse]'),
  fees: text('maker,taker in basis points; a rebate as --fees=-0.5,5'),
  'fee-tiers': text('file with volume,maker,taker: fees by what was traded in 30 days'),
  'fee-volume': text('traded in the 30 days before the run, in settlement currency'),
  'fee-currency': {
    ...text('received: a buy on spot pays its fee in the bought coin [settle]'),
    choices: ['settle', 'received'],
  },
  funding: text('data (what the recording says), or a file with time,rate'),
  'funding-rate': text('the same rate at every funding time, such as 0.0001 (longs pay)'),
  'funding-interval': text('between funding times, counted from midnight UTC [8h]'),
  margin: text('maintenance margin in percent, a file of tiers, or off [0.5 with leverage, else off]'),
  'liquidation-fee': text('of the value that is liquidated, in basis points [120]'),
  balance: text('money at the start, in settlement currency'),
  leverage: text('notional allowed per unit of equity'),
  level: { ...text('use no finer market data than this'), choices: [...dataLevels] },
  'mark-prices': {
    ...text('who uses the mark prices of the data: the venue, also we to value positions, or nobody [venue]'),
    choices: ['off', 'venue', 'all'],
  },
  'spread-ticks': text('ticks a taker pays on top of a print, where there is no book'),
  'bar-path': {
    ...text('order of the extremes inside each bar [nearer]'),
    choices: ['nearer', 'high-first', 'low-first', 'pessimistic', 'optimistic'],
  },
  'self-trade': text(
    'our own orders that would meet: cancel-newest, cancel-oldest, cancel-both or decrement [not seen]',
  ),
  'order-timeout': text('open orders are canceled after this long, such as 5m'),
  'venue-rules': text('JSON file with tick, lot, size and price limits of the venue, by period'),
  'rate-limits': text('binance-spot, binance-usdm, or a JSON file'),
  maintenance: list('FROM/TO[,keep|cancel]: the venue is closed; open orders are kept or canceled'),
  outages: text('PER_DAY,MEAN[,reject|lose]: seeded outages, such as 4,30s'),
  impact: text('square-root[:Y][,sigma=S][,volume=V] or almgren-chriss:eta=E,gamma=G'),
  risk: list('limit of the risk guard: --risk maxOpenOrders=10; off turns one off'),
  set: list('setting under a name that other engines use: --set MAX_POSITIONS=3 (docs/LIVE.md)'),
  ...importOptions,
  report: text('HTML report [reports/<strategy>-<fingerprint>.html]; --no-report for none'),
  json: flag('print one JSON document and nothing else'),
  fills: text('write one JSON line per fill'),
  journal: text('keep the journal, for sim verify'),
  cache: text('folder of the decoded tapes'),
  quiet: flag('print the summary only'),
  verbose: flag("also print the strategy's log, and the stack of an error"),
} satisfies Record<string, Options>

/** Options of `sim exchange`. */
export const exchangeOptions = {
  port: text('port on 127.0.0.1; 0 for any that is free [9000]'),
  speed: text('times the speed of life, such as 1 or 10, or max [1]'),
  step: flag('time goes on only with POST /sim/advance'),
  accounts: text('JSON file with keys, secrets and balances [one account, see docs/EXCHANGE.md]'),
  tls: flag('https and wss, with a certificate of its own making'),
  faults: text('JSON file of what is to go wrong, see docs/EXCHANGE.md'),
  seed: text('seed of faults by chance [1]'),
  as: text('where the data are traded: spot, linear, or spot,linear [as they say]'),
  'rate-limits': flag('refuse clients that ask too often [at speed 1 only]'),
} satisfies Record<string, Options>

/** Options of `sim bench`. */
export const benchOptions = {
  baseline: { type: 'string', description: 'compare ratios with this file, exit 1 on a regression' },
  tolerance: { type: 'string', default: '0.15', description: 'part by which a ratio may fall' },
  save: { type: 'string', description: 'write the results as a baseline' },
  smoke: { type: 'boolean', description: 'small and quick: checks that everything runs and is right' },
} as const
