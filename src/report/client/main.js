// Fills the page: the charts, the tables of orders and fills, and the buttons of the time window.

const data = unpackData(readData())
const timeline = drawCharts(data)
connectToolbar(timeline)
fillTables(data, timeline)
followColorScheme([...timeline.charts, latencyChart(data.latency)].filter((chart) => chart !== undefined))

function unpackData({ instruments, market, equity, latency, orders, fills }) {
  const isTexts = (column) => Array.isArray(column?.words)
  const unpack = (columns) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => {
        if (isTexts(column)) return [name, unpackTexts(column)]
        return [name, column?.per === undefined ? column : unpackColumn(column)]
      }),
    )
  return {
    instruments,
    market: market.map(unpack),
    equity: unpack(equity),
    latency: unpack(latency),
    orders: unpack(orders),
    fills: unpack(fills),
  }
}

function drawCharts({ instruments, market, equity }) {
  const columns = [equity, ...market].map(({ time }) => time.map((us) => us / 1000))
  const ends = columns
    .flatMap((times) => [times[0], times[times.length - 1]])
    .filter((time) => time !== undefined)
  const line = createTimeline(Math.min(...ends), Math.max(...ends))
  const [equityTime, ...marketTimes] = columns
  if (equityTime.length > 1) drawAccount(line, equityTime, equity)
  instruments.forEach((instrument, index) => {
    if (marketTimes[index]?.length > 1) drawMarket(line, { instrument, index, time: marketTimes[index] })
  })
  if (ends.length > 0) line.showAll()
  return line
}

function drawAccount(line, time, { equity, drawdown, realized, unrealized, fees }) {
  timeChart(line, {
    id: 'equity',
    digits: 2,
    data: [time, equity],
    series: [{ label: 'Equity', color: '--ink', width: 1.5 }],
  })
  timeChart(line, {
    id: 'drawdown',
    digits: 2,
    data: [time, drawdown],
    series: [{ label: 'Drawdown', color: '--sell', fill: '--sell-soft' }],
  })
  timeChart(line, {
    id: 'pnl',
    digits: 2,
    data: [time, realized, unrealized, fees.map((fee) => (fee === null ? null : -fee))],
    series: [
      { label: 'Realized', color: '--ink', width: 1.5 },
      { label: 'Unrealized', color: '--spread' },
      { label: 'Fees', color: '--timing' },
    ],
  })
}

function drawMarket(line, { instrument, index, time }) {
  const { bid, ask, last, position } = data.market[index]
  const marks = marksOf(data, index)
  const readout = element('output', { class: 'readout' })
  document.getElementById(`chart-price-${index}`).querySelector('figcaption').after(readout)
  const hasQuotes = bid.some((price) => price !== null)
  const quotes = [
    { label: 'Bid', color: '--quote', width: 1 },
    { label: 'Ask', color: '--quote', width: 1 },
  ]
  timeChart(line, {
    id: `price-${index}`,
    digits: instrument.priceDecimals,
    data: hasQuotes ? [time, last, bid, ask] : [time, last],
    bands: hasQuotes ? [{ series: [3, 2], fill: () => cssColor('--band') }] : [],
    series: [{ label: 'Last', color: '--ink', width: 0.75 }, ...(hasQuotes ? quotes : [])],
    draw: (u) => drawMarks(u, marks),
    onCursor: (u) => {
      const row = fillUnderCursor(u, marks.fills)
      readout.textContent = row === undefined ? '' : fillText(row, instrument)
    },
  })
  timeChart(line, {
    id: `position-${index}`,
    digits: instrument.qtyDecimals,
    data: [time, position],
    series: [{ label: 'Position', color: '--ink', fill: '--band' }],
  })
}

function fillText(row, { tickSize, lotSize, priceDecimals, qtyDecimals, settle }) {
  const { side, liquidity, price, qty, fee, order, time } = data.fills
  const size = `${numberText(qty[row] * lotSize, qtyDecimals)} at ${numberText(price[row] * tickSize, priceDecimals)}`
  return `${clockText(time[row] / 1000)} ${side.at(row)} ${size}, ${liquidity.at(row)}, fee ${numberText(fee[row], 4)} ${settle}, order ${order[row]}`
}

function connectToolbar(line) {
  const toolbar = document.querySelector('.toolbar')
  const shown = document.getElementById('time-window')
  const move = {
    in: (min, max, width) => [min + width / 4, max - width / 4],
    out: (min, max, width) => [min - width / 2, max + width / 2],
    earlier: (min, max, width) => [min - width / 2, max - width / 2],
    later: (min, max, width) => [min + width / 2, max + width / 2],
    all: () => [line.start, line.end],
  }
  const describe = ({ min, max }) => {
    const end = dateText(min) === dateText(max) ? clockText(max) : `${dateText(max)} ${clockText(max)}`
    shown.textContent = `${dateText(min)} ${clockText(min)} – ${end} UTC, ${durationText((max - min) * 1000)}`
  }
  toolbar.addEventListener('click', ({ target }) => {
    const { min, max } = line.window()
    const action = move[target.dataset?.zoom]
    if (action) line.setWindow(...action(min, max, max - min))
  })
  line.onWindow(describe)
  if (Number.isFinite(line.start)) describe(line.window())
  toolbar.hidden = line.charts.length === 0
}

function fillTables({ instruments, orders, fills }, line) {
  const common = tableColumns(instruments)
  createDataTable(document.getElementById('orders-table'), {
    caption: 'orders',
    fileName: 'orders.csv',
    rowCount: orders.id.length,
    total: orders.total,
    facets: [
      { label: 'State', texts: orders.state },
      { label: 'Reason', texts: orders.reason },
      { label: 'Side', texts: orders.side },
    ].filter(({ texts }) => texts.words.length > 1),
    searchable: (row) =>
      [
        orders.id[row],
        instruments[orders.instrument[row]].id,
        orders.side.at(row),
        orders.type.at(row),
        orders.state.at(row),
        orders.reason.at(row),
        orders.tag.at(row),
      ].join(' '),
    columns: orderColumns(orders, common, (row) => showOrder(line, orders, row)),
  })
  createDataTable(document.getElementById('fills-table'), {
    caption: 'fills',
    fileName: 'fills.csv',
    rowCount: fills.time.length,
    total: fills.total,
    facets: [
      { label: 'Side', texts: fills.side },
      { label: 'Liquidity', texts: fills.liquidity },
    ].filter(({ texts }) => texts.words.length > 1),
    searchable: (row) =>
      [
        fills.order[row],
        instruments[fills.instrument[row]].id,
        fills.side.at(row),
        fills.liquidity.at(row),
      ].join(' '),
    columns: fillColumns(fills, common, (row) => showTime(line, fills.time[row] / 1000, 10_000)),
  })
}

/** Column makers for what both tables have. */
function tableColumns(instruments) {
  const isLong = new Set(data.equity.time.map((us) => dateText(us / 1000))).size > 1
  const timeText = (us) => (isLong ? `${dateText(us / 1000)} ${clockText(us / 1000)}` : clockText(us / 1000))
  return {
    time: (label, column) => ({
      label,
      csvLabel: `${label} (us)`,
      value: (row) => column[row],
      text: (row) => timeText(column[row]),
    }),
    after: (label, column) => ({
      label,
      csvLabel: `${label} (us)`,
      isNumber: true,
      value: (row) => column[row],
      text: (row) => durationText(column[row]),
    }),
    number: (label, column) => ({
      label,
      isNumber: true,
      value: (row) => column[row],
      text: (row) => (column[row] === null ? '' : String(column[row])),
    }),
    texts: (label, texts, className) => ({ label, value: texts.at, text: texts.at, className }),
    onGrid: (label, { column, instrument, step, digits, per = 1 }) => {
      const amount = (row) =>
        column[row] === null ? null : (column[row] / per) * instruments[instrument[row]][step]
      const decimals = (row) => instruments[instrument[row]][digits] + (per > 1 ? 1 : 0)
      return {
        label,
        isNumber: true,
        value: (row) => (amount(row) === null ? null : Number(amount(row).toFixed(10))),
        text: (row) => numberText(amount(row), decimals(row)),
      }
    },
    instrument: (column) =>
      instruments.length > 1
        ? [
            {
              label: 'Instrument',
              value: (row) => instruments[column[row]].id,
              text: (row) => instruments[column[row]].id,
            },
          ]
        : [],
  }
}

function orderColumns(orders, common, onClick) {
  const { instrument } = orders
  const price = { instrument, step: 'tickSize', digits: 'priceDecimals' }
  const qty = { instrument, step: 'lotSize', digits: 'qtyDecimals' }
  const average = orders.averagePrice.map((value) => (value === 0 ? null : value))
  return [
    { ...common.number('Order', orders.id), onClick },
    common.number('Parent', orders.parent),
    ...common.instrument(instrument),
    common.texts('Side', orders.side, orders.side.at),
    common.texts('Type', orders.type),
    common.onGrid('Price', { column: orders.price, ...price }),
    common.onGrid('Qty', { column: orders.qty, ...qty }),
    common.onGrid('Filled', { column: orders.cumQty, ...qty }),
    common.onGrid('Average', { column: average, ...price, per: 100 }),
    common.texts('State', orders.state, (row) => `state-${orders.state.at(row)}`),
    common.texts('Reason', orders.reason),
    common.time('Created', orders.created),
    common.after('Accepted after', orders.accepted),
    common.after('Done after', orders.done),
    common.texts('Tag', orders.tag, () => 'tag'),
  ]
}

function fillColumns(fills, common, onClick) {
  const { instrument } = fills
  const number = common.number('Fee', fills.fee)
  return [
    { ...common.time('Time', fills.time), onClick },
    ...common.instrument(instrument),
    common.number('Order', fills.order),
    common.number('Parent', fills.parent),
    common.texts('Side', fills.side, fills.side.at),
    common.onGrid('Price', { column: fills.price, instrument, step: 'tickSize', digits: 'priceDecimals' }),
    common.onGrid('Qty', { column: fills.qty, instrument, step: 'lotSize', digits: 'qtyDecimals' }),
    common.texts('Liquidity', fills.liquidity),
    { ...number, text: (row) => numberText(fills.fee[row], 6) },
    common.after(
      'Known after',
      fills.exchangeTime.map((us) => -us),
    ),
  ]
}

function showOrder(line, { created, done }, row) {
  const start = created[row] / 1000
  const end = done[row] === null ? line.end : start + done[row] / 1000
  showTime(line, (start + end) / 2, Math.max(end - start, 100) * 2)
}

function showTime(line, middle, width) {
  line.setWindow(middle - width / 2, middle + width / 2)
  document.querySelector('.chart.tall')?.scrollIntoView({ block: 'center' })
}

function followColorScheme(charts) {
  const redraw = () => {
    colorCache.clear()
    for (const chart of charts) recolor(chart)
  }
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', redraw)
}
