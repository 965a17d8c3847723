// Packed columns (packed-column.ts) → arrays. A missing value is null, as uPlot wants it.

function readData() {
  return JSON.parse(document.getElementById('report-data').textContent)
}

function unpackColumn({ n, per, raw, delta, base, gap, value }) {
  if (delta !== undefined) return undoDifferences(delta, per)
  if (raw !== undefined) return raw.map((cell) => (cell === null ? null : cell / per))
  const column = new Array(n).fill(base === null ? null : base / per)
  let row = 0
  for (let i = 0; i < gap.length; i++) {
    row += gap[i]
    column[row] = value[i] === null ? null : value[i] / per
  }
  return column
}

function undoDifferences(delta, per) {
  let sum = 0
  return delta.map((difference) => {
    if (difference === null) return null
    sum += difference
    return sum / per
  })
}

/** A column of words: `at(row)` gives the text, `words` the distinct ones. */
function unpackTexts({ words, index }) {
  const indices = unpackColumn(index)
  return { words, at: (row) => words[indices[row]] }
}

/** Index of the first entry ≥ `value` in an ascending array. */
function lowerBound(sorted, value) {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
