// Charts on one time axis: cursors and zoom follow each other. Times are milliseconds since the epoch, shown in UTC.

const colorCache = new Map()

/** Value of a CSS custom property; the palette changes with the color scheme, so charts ask whenever they draw. */
function cssColor(name) {
  if (!colorCache.has(name)) {
    colorCache.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim())
  }
  return colorCache.get(name)
}

const axisFont = '11px "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
const leftSize = 86

/** All charts with the time axis; a window set on one is set on all. */
function createTimeline(start, end) {
  const charts = []
  const listeners = []
  let window = { min: start, max: end }
  const setWindow = (min, max) => {
    const width = Math.min(Math.max(max - min, 1), end - start || 1)
    const from = Math.min(Math.max(min, start), end - width)
    window = { min: from, max: from + width }
    for (const chart of charts) {
      const { x } = chart.scales
      if (x.min !== window.min || x.max !== window.max) chart.setScale('x', window)
    }
    for (const listener of listeners) listener(window)
  }
  return {
    start,
    end,
    setWindow,
    add: (chart) => charts.push(chart),
    charts,
    onWindow: (listener) => listeners.push(listener),
    window: () => window,
    showAll: () => setWindow(start, end),
  }
}

function timeChart(timeline, { id, data, series, bands = [], digits, draw, onCursor }) {
  const u = createChart(id, {
    data,
    bands,
    series: [
      { label: 'Time', value: (_, ms) => (ms === null ? noValue : momentText(ms, timeline)) },
      ...series.map(lineSeries(digits)),
    ],
    scales: {
      x: { time: true, range: (_, min, max) => (min === null ? [timeline.start, timeline.end] : [min, max]) },
      y: { range: series.some(({ fill }) => fill) ? rangeWithZero : valueRange },
    },
    axes: [timeAxis(timeline), valueAxis()],
    cursor: {
      sync: { key: 'run', filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' } },
      drag: { x: true, y: false },
      points: { size: 6 },
      bind: { dblclick: () => () => timeline.showAll() },
    },
    hooks: {
      setScale: [(chart, key) => key === 'x' && followWindow(timeline, chart)],
      draw: draw ? [draw] : [],
      setCursor: onCursor ? [onCursor] : [],
    },
  })
  timeline.add(u)
  return u
}

/** With a margin; zero is shown when it is near. A flat line runs through the middle. */
function valueRange(_, min, max) {
  if (min === null) return [0, 1]
  if (min === max) return [min - 1, max + 1]
  const end = { pad: 0.1, soft: 0, mode: 3 }
  return uPlot.rangeNum(min, max, { min: end, max: end })
}

/** A filled area is read by its size, so its base has to be in sight. */
function rangeWithZero(u, min, max) {
  return min === null ? [0, 1] : valueRange(u, Math.min(min, 0), Math.max(max, 0))
}

/** Time of day, with the date where the run takes longer than one. */
function momentText(ms, { start, end }) {
  return dateText(start) === dateText(end) ? clockText(ms) : `${dateText(ms)} ${clockText(ms)}`
}

/** After a drag the chart has its new scale already, and the others are to follow. */
function followWindow(timeline, { scales: { x } }) {
  const { min, max } = timeline.window()
  if (x.min !== min || x.max !== max) timeline.setWindow(x.min, x.max)
}

function createChart(id, { data, ...options }) {
  const figure = document.getElementById(`chart-${id}`)
  const plot = figure.querySelector('.plot')
  const caption = figure.querySelector('figcaption')
  const size = () => ({ width: Math.max(plot.clientWidth, 240), height: plot.clientHeight })
  const mount = (_, legend) => caption.append(legend)
  const u = new uPlot({ ms: 1, ...options, ...size(), legend: { mount } }, data, plot)
  new ResizeObserver(() => u.setSize(size())).observe(plot)
  return u
}

/** After a change of palette: canvas and legend are the only places that do not follow the style sheet. */
function recolor(chart) {
  const rows = chart.root.closest('figure').querySelectorAll('.u-series')
  chart.series.forEach((series, index) => {
    const marker = rows[index]?.querySelector('.u-marker')
    if (index > 0 && marker) marker.style.borderColor = series.stroke(chart, index)
  })
  chart.redraw(false)
}

const lineSeries =
  (digits) =>
  ({ label, color, fill, width = 1.25, stepped = true, show = true }) => ({
    label,
    show,
    width,
    points: { show: false },
    stroke: () => cssColor(color),
    fill: fill && (() => cssColor(fill)),
    paths: stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
    value: (_, value) => numberText(value, digits),
  })

function axisStyle() {
  return {
    font: axisFont,
    stroke: () => cssColor('--muted'),
    grid: { stroke: () => cssColor('--grid'), width: 1 },
    ticks: { stroke: () => cssColor('--grid'), width: 1, size: 4 },
  }
}

function timeAxis(timeline) {
  const isLong = timeline.end - timeline.start > 86_400_000
  const values = (_, splits, _axis, _space, step) =>
    splits.map((ms, index) => {
      if (step >= 86_400_000) return dateText(ms)
      const isNewDay = isLong && (index === 0 || ms % 86_400_000 === 0)
      return isNewDay ? `${clockText(ms, step)}\n${dateText(ms)}` : clockText(ms, step)
    })
  return { ...axisStyle(), values, space: 90, size: isLong ? 44 : 30 }
}

function valueAxis() {
  const values = (_, splits, _axis, _space, step) =>
    splits.map((value) => numberText(value, decimalsForStep(step)))
  return { ...axisStyle(), values, size: leftSize, space: 32 }
}

/** Two outlines over log-spaced buckets; x is the bucket's index, labeled with its lower bound. */
function latencyChart({ boundsUs, entry, response }) {
  const used = boundsUs.map((_, index) => index).filter((index) => entry[index] + response[index] > 0)
  if (used.length === 0) return undefined
  const from = Math.max(0, used[0] - 3)
  const to = Math.min(boundsUs.length - 1, used[used.length - 1] + 4)
  const buckets = boundsUs.map((_, index) => index).slice(from, to + 1)
  const share = (counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    return buckets.map((index) => (total === 0 ? null : (100 * counts[index]) / total))
  }
  const line = (label, color, fill) => ({
    ...lineSeries(1)({ label, color, fill, width: 1.5 }),
    value: (_, v) => `${numberText(v, 1)} %`,
  })
  return createChart('latency', {
    data: [buckets, share(entry), share(response)],
    series: [
      { label: 'From', value: (_, index) => (index === null ? noValue : durationText(boundsUs[index])) },
      line('Order', '--spread', '--spread-soft'),
      line('Report', '--timing', '--timing-soft'),
    ],
    scales: { x: { time: false }, y: { range: (_, _min, max) => [0, (max || 1) * 1.05] } },
    axes: [
      {
        ...axisStyle(),
        space: 60,
        size: 30,
        incrs: [1, 2, 5, 10, 20],
        values: (_, splits) => splits.map((index) => durationText(boundsUs[index])),
      },
      { ...axisStyle(), size: 52, space: 32, values: (_, splits) => splits.map((value) => `${value} %`) },
    ],
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
  })
}
