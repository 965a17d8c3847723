/** Fees by volume, funding and margin on the command line → as a run configuration writes them. */
import { ConfigError } from '../core/errors.ts'
import { readFeeTiers, readFundingFile, readMarginTiers } from '../run/account-files.ts'
import { defaultMargin } from '../run/margin-config.ts'
import { type Arguments, durationArgument, optionalText } from './arguments.ts'

/** Keys stay absent where nothing was said. @throws {ConfigError} */
export function accountSettings(args: Arguments) {
  const tiers = optionalText(args, 'fee-tiers')
  const volume = optionalText(args, 'fee-volume')
  const currency = optionalText(args, 'fee-currency')
  const fees = {
    ...(tiers === undefined ? {} : { tiers: readFeeTiers(tiers) }),
    ...(volume === undefined ? {} : { volume }),
    ...(currency === undefined ? {} : { currency }),
  }
  const funding = fundingSetting(args)
  const margin = marginSetting(args)
  return {
    fees,
    ...(funding === undefined ? {} : { funding }),
    ...(margin === undefined ? {} : { margin }),
  }
}

/** `--funding data`, `--funding FILE`, or `--funding-rate 0.0001 --funding-interval 8h`. */
function fundingSetting(args: Arguments) {
  const source = optionalText(args, 'funding')
  const rate = optionalText(args, 'funding-rate')
  const interval = optionalText(args, 'funding-interval')
  if (rate !== undefined) {
    if (source !== undefined) throw new ConfigError('ARGUMENT', 'give --funding or --funding-rate, not both')
    const intervalUs = durationArgument('funding-interval', interval ?? '8h')
    return { source: 'constant', rate, intervalUs }
  }
  if (interval !== undefined) throw new ConfigError('ARGUMENT', '--funding-interval needs --funding-rate')
  if (source === undefined) return undefined
  return source === 'data' ? { source } : readFundingFile(source)
}

/** `--margin off`, `--margin 0.5` (percent), or `--margin FILE`. */
function marginSetting(args: Arguments) {
  const margin = optionalText(args, 'margin')
  const fee = optionalText(args, 'liquidation-fee')
  if (margin === 'off') {
    if (fee !== undefined) throw new ConfigError('ARGUMENT', '--margin off has no --liquidation-fee')
    return 'off'
  }
  if (margin === undefined && fee === undefined) return undefined
  const liquidationFeeBps = fee ?? defaultMargin.liquidationFeeBps
  if (margin === undefined) return { ...defaultMargin, liquidationFeeBps }
  const tiers = /^-?\d+(\.\d+)?$/.test(margin)
    ? [{ floor: '0', maintenancePct: margin }]
    : readMarginTiers(margin)
  return { tiers, liquidationFeeBps }
}
