/** The options of commands that run on a feed, as yargs wants them. */
import type { Options } from 'yargs'
import { runOptions } from './run-options.ts'

const text = (description: string): Options => ({ type: 'string', description })
const list = (description: string): Options => ({ type: 'string', array: true, description })

/** Where the market data comes from. */
export const feedOptions = {
  venue: text('exchange whose public streams are used, such as binance'),
  instrument: list('market of that exchange, such as BTC/USDT; repeat for several'),
  'venue-url': text('an exchange of sim exchange instead of the venue, such as http://127.0.0.1:9000'),
  sandbox: { type: 'boolean', description: "the venue's own test environment" },
  depth: text('levels of each side of the book, with --venue [50]'),
  data: list('play this recording instead, as a rehearsal'),
  speed: text('recorded seconds per second, with --data [1]'),
} satisfies Record<string, Options>

const {
  data: _data,
  instrument: _instrument,
  venue: _venue,
  kind: _kind,
  tick: _tick,
  lot: _lot,
  'contract-size': _contractSize,
  date: _date,
  columns: _columns,
  'fill-model': _fillModel,
  exchange: _exchange,
  'bar-path': _barPath,
  fills: _fills,
  journal: _journal,
  ...shared
} = runOptions

/** Those of `sim run` that mean something while the market runs, and those of a feed and a session. */
export const paperOptions = {
  ...shared,
  ...feedOptions,
  level: { ...text('use no finer market data than this'), choices: ['l2', 'l1', 'trades'] },
  session: text('folder of the session; one that is there goes on [sessions/<strategy>-<time>]'),
  resume: { type: 'boolean', description: 'let a session trade again that was killed or halted' },
  duration: text('end in order after this long, such as 8h'),
  report: text('write an HTML report when the session is over'),
  quiet: { type: 'boolean', description: 'print the summary only' },
} satisfies Record<string, Options>

const {
  data: _recording,
  speed: _speed,
  balance: _balance,
  latency: _latency,
  'latency-file': _latencyFile,
  'entry-latency': _entry,
  'response-latency': _response,
  queue: _queue,
  funding: _funding,
  'funding-rate': _fundingRate,
  'funding-interval': _fundingInterval,
  'mark-prices': _markPrices,
  'spread-ticks': _spreadTicks,
  margin: _margin,
  'liquidation-fee': _liquidationFee,
  'venue-rules': _venueRules,
  'rate-limits': _rateLimits,
  maintenance: _maintenance,
  outages: _outages,
  impact: _impact,
  cache: _cache,
  ...liveShared
} = paperOptions

/** Those of paper that mean something at a real venue. */
export const liveOptions = {
  ...liveShared,
  keys: text('file of NAME=value lines with the API key, readable by nobody else (chmod 600) [environment]'),
  confirm: text('real-orders, where EXECUTION_MODE does not say live'),
  'accept-account': {
    type: 'boolean',
    description: 'trade beside what the account holds already, and orders that are not ours',
  },
  'abandon-others': {
    type: 'boolean',
    description: 'take the account although a session that did not end has used it',
  },
} satisfies Record<string, Options>

export const killOptions = {
  keys: liveOptions.keys,
  json: runOptions.json,
  verbose: runOptions.verbose,
} satisfies Record<string, Options>

export const parityOptions = {
  replay: {
    type: 'boolean',
    description: 'also replay the market that it received; --no-replay for the journal alone',
  },
  report: text('write an HTML report of the session'),
  json: runOptions.json,
  verbose: { type: 'boolean', description: 'list every difference' },
} satisfies Record<string, Options>

export const recordOptions = {
  output: { alias: 'o', ...text('folder of the tapes') },
  ...feedOptions,
  level: paperOptions.level,
  rotate: text('begin another tape after this long, or this much: 1h, 500MB [1h]'),
  duration: text('end after this long, such as 8h'),
  recover: { type: 'boolean', description: 'only make tapes of what a killed recorder has left' },
  cache: runOptions.cache,
  json: runOptions.json,
  verbose: runOptions.verbose,
} satisfies Record<string, Options>
