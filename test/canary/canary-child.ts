/**
 * A live session with the keys of the environment or of a file, for some orders. Arguments: folder, url, file of keys or
 * nothing, `trade` or `crash`: the strategy throws with all that it has in hand.
 */
import { inspect } from 'node:util'
import { describeFailure } from '../../src/cli/describe-failure.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { readVenueKeys } from '../../src/run/venue-keys-file.ts'
import { exchangeStrategy, openExchangeSession } from '../support/exchange-session.ts'

const [folder = '', url = '', file = '', mode = ''] = process.argv.slice(2)

const crashing: RunnableStrategy = {
  ...exchangeStrategy,
  create: (context) => ({
    onBook() {
      throw new Error(`the strategy broke with ${Object.keys(context).join()}`)
    },
  }),
}

try {
  const keys = readVenueKeys('binance', process.env, file === '' ? undefined : file)
  let orders = 0
  let enough: () => void = () => {}
  const traded = new Promise<void>((resolve) => {
    enough = resolve
  })
  const count = (): void => {
    if (++orders === 5) enough()
  }
  const strategy = mode === 'crash' ? crashing : exchangeStrategy
  const opened = await openExchangeSession(folder, url, count, { keys, strategy })
  await Promise.race([traded, opened.session.done])
  // What an operator sees: the state of the venue, notices, and everything that can be printed of the objects.
  console.log(JSON.stringify(opened.live.health()), opened.notices, inspect(opened.live, { depth: 12 }))
  await opened.close()
  process.exit(0)
} catch (error) {
  console.error(describeFailure(error), inspect(error, { depth: 12, showHidden: true }))
  process.exit(3)
}
