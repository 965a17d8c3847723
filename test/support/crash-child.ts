/** Trades until it is killed. Arguments: folder, port. */
import { openCrashSession } from './crash-session.ts'

const [folder = '', port = ''] = process.argv.slice(2)
const { session } = openCrashSession(folder, Number(port), false)
await session.done
