/** What the command line says about files that do not say it themselves. */
import { instrumentKinds } from '../model/instrument.ts'
import type { DataFileOptions } from '../run/data-files.ts'
import { type Arguments, optionalText, pairs } from './arguments.ts'

/** @throws {ConfigError} ARGUMENT */
export function parseImportRequest(args: Arguments): DataFileOptions {
  const columns = optionalText(args, 'columns')
  const kind = instrumentKinds.find((name) => name === optionalText(args, 'kind'))
  const said = {
    instrument: optionalText(args, 'instrument'),
    venue: optionalText(args, 'venue'),
    tickSize: optionalText(args, 'tick'),
    lotSize: optionalText(args, 'lot'),
    contractSize: optionalText(args, 'contract-size'),
    date: optionalText(args, 'date'),
  }
  const texts = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
  return {
    importOptions: {
      ...texts,
      ...(kind === undefined ? {} : { kind }),
      ...(columns === undefined ? {} : { columns: pairs('columns', columns.split(',')) }),
    },
    cacheDir: optionalText(args, 'cache'),
  }
}
