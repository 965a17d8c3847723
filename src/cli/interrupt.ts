/** Ctrl-C. Until a run has begun it ends the program; then it asks the run to end, and ends the program the second time. */
import { exitInterrupted } from './describe-failure.ts'

export interface Interrupt {
  /** From now on the first Ctrl-C is only noted. */
  defer(): void
  isRequested(): boolean
  release(): void
}

/** `exit` rather than the default, so that half-written files are removed on the way out. */
export function watchInterrupt(): Interrupt {
  let isDeferred = false
  let isRequested = false
  const onInterrupt = (): void => {
    if (!isDeferred || isRequested) {
      process.stderr.write('sim: interrupted\n')
      process.exit(exitInterrupted)
    }
    isRequested = true
  }
  const onTerminate = (): void => process.exit(128 + 15)
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  return {
    defer: () => {
      isDeferred = true
    },
    isRequested: () => isRequested,
    release: () => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
    },
  }
}
