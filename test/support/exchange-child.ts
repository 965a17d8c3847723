/** Trades at the exchange until it is killed. Arguments: folder, url. */
import { openExchangeSession } from './exchange-session.ts'

const [folder = '', url = ''] = process.argv.slice(2)
let isTold = false
const { session } = await openExchangeSession(folder, url, () => {
  if (!isTold) process.stdout.write('trading\n')
  isTold = true
})
await session.done
