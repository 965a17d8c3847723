// Loaded into every process of `npm run canary`: what it prints is also kept in files, and what it leaves behind in
// temporary folders is not removed, so that all of it can be searched.

// Loaded into every process of `npm run canary`: what it prints is also kept in files, and what it leaves behind in
// temporary folders is not removed, so that all of it can be searched.
import fs, { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { inspect } from 'node:util'

const folder = process.env.CANARY_FOLDER
if (folder !== undefined) {
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name]
    const write = stream.write.bind(stream)
    stream.write = (chunk, ...rest) => {
      appendFileSync(join(folder, `${name}-${process.pid}`), chunk)
      return write(chunk, ...rest)
    }
  }
  process.on('uncaughtExceptionMonitor', (error) => {
    appendFileSync(
      join(folder, `crash-${process.pid}`),
      `${inspect(error, { depth: 9, showHidden: true })}\n`,
    )
  })
  const remove = fs.rmSync
  fs.rmSync = (path, options) => {
    if (!(options?.recursive === true && String(path).startsWith(folder))) remove(path, options)
  }
  syncBuiltinESMExports()
}
