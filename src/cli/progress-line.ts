/** One line on a terminal that is written over and over. On anything but a terminal it stays silent. */

export interface ProgressLine {
  /** At most ten times a second. */
  show(text: string): void
  clear(): void
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const intervalMs = 100

export function createProgressLine(terminal: Terminal, now: () => number): ProgressLine {
  if (terminal.isTTY !== true) return { show: () => undefined, clear: () => undefined }
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(text) {
      const time = now()
      if (time - shownAt < intervalMs) return
      shownAt = time
      terminal.write(`\r\u001b[K${text.slice(0, (terminal.columns ?? 80) - 1)}`)
    },
    clear() {
      if (shownAt !== Number.NEGATIVE_INFINITY) terminal.write('\r\u001b[K')
    },
  }
}

/** `62 %  12.3 M rows/s  4 s left`. @param part done, 0–1 */
export function describeProgress({
  part,
  rows,
  wallMs,
}: {
  part: number
  rows: number
  wallMs: number
}): string {
  const rate = wallMs > 0 ? `  ${(rows / wallMs / 1000).toFixed(1)} M rows/s` : ''
  const leftS = part > 0 ? Math.ceil((wallMs * (1 / part - 1)) / 1000) : undefined
  return `${Math.round(part * 100)} %${rate}${leftS === undefined ? '' : `  ${leftS} s left`}`
}
