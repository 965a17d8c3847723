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
  session: text('folder of the session [sessions/<strategy>-<time>]'),
  duration: text('end in order after this long, such as 8h'),
  report: text('write an HTML report when the session is over'),
  quiet: { type: 'boolean', description: 'print the summary only' },
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
