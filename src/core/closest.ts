/** "Did you mean …?": the candidate nearest to a mistyped word. */

/** @returns undefined when nothing is near enough to be a slip: about one edit per three letters */
export function closestTo(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = candidate.toLowerCase().startsWith(wanted)
      ? 1
      : editDistance(wanted, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` Did you mean "x"?`, or nothing: to be put after a full sentence. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const closest = closestTo(word, candidates)
  return closest === undefined ? '' : ` Did you mean ${JSON.stringify(closest)}?`
}

/** Whether one of them is a slip of the finger away: two edits, whatever the length. */
export function isNearly(word: string, candidates: readonly string[]): boolean {
  return candidates.some((candidate) => editDistance(word.toLowerCase(), candidate.toLowerCase()) <= 2)
}

/** Insertions, deletions, replacements and swaps of neighbors that turn `a` into `b` (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const at = (cells: readonly number[], index: number): number => cells[index] ?? 0
      const isSame = a[i - 1] === b[j - 1]
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1))
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
