import { describe, expect, it } from 'vitest'
import { createProgressLine, describeProgress } from '../../src/cli/progress-line.ts'

function terminal(isTTY: boolean) {
  const written: string[] = []
  let time = 0
  const line = createProgressLine({ isTTY, columns: 20, write: (text) => written.push(text) }, () => time)
  return { written, line, passMs: (ms: number) => (time += ms) }
}

describe('the progress line', () => {
  it('is silent where nobody watches', () => {
    const { written, line } = terminal(false)
    line.show('half')
    line.clear()
    expect(written).toEqual([])
  })

  it('writes over itself at most ten times a second, within the width, and clears up', () => {
    const { written, line, passMs } = terminal(true)
    line.show('one')
    passMs(99)
    line.show('too soon')
    passMs(1)
    line.show('a text that is longer than the terminal')
    line.clear()
    expect(written).toEqual(['\r\u001b[Kone', '\r\u001b[Ka text that is long', '\r\u001b[K'])
  })

  it('leaves a terminal alone on which it never wrote', () => {
    const { written, line } = terminal(true)
    line.clear()
    expect(written).toEqual([])
  })

  it.each([
    // 3 M rows in 2 s, a quarter done: 6 s more.
    [{ part: 0.25, rows: 3_000_000, wallMs: 2_000 }, '25 %  1.5 M rows/s  6 s left'],
    [{ part: 0, rows: 0, wallMs: 0 }, '0 %'],
    [{ part: 1, rows: 5_000_000, wallMs: 1_000 }, '100 %  5.0 M rows/s  0 s left'],
  ])('tells part, speed and time left: %j', (state, text) => {
    expect(describeProgress(state)).toBe(text)
  })
})
