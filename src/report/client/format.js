// Numbers and times as text; the same words as format.ts, which renders what needs no script.

const noValue = '–'

function numberText(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return noValue
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** Decimals that tell apart labels which are `step` apart. */
function decimalsForStep(step) {
  let digits = 0
  while (digits < 8 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++
  return digits
}

function dateText(ms) {
  return new Date(ms).toISOString().slice(0, 10)
}

/** 00:05:12.250 UTC, with as many parts as `stepMs` needs. */
function clockText(ms, stepMs = 1) {
  const text = new Date(ms).toISOString()
  if (stepMs >= 60_000) return text.slice(11, 16)
  return stepMs >= 1_000 ? text.slice(11, 19) : text.slice(11, 23)
}

const durationScales = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1_000, 'ms'],
  [1, 'µs'],
]

function durationText(us) {
  if (us === null || us === undefined) return noValue
  const [size, unit] = durationScales.find(([scale]) => Math.abs(us) >= scale) ?? [1, 'µs']
  const value = us / size
  const digits = size === 1 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${numberText(value, digits)} ${unit}`
}
