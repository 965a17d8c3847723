// Own fills and working orders, drawn over the price chart.

/** Columns of one instrument's marks, in the units of the chart: milliseconds and price. */
function marksOf(data, instrument) {
  const { tickSize } = data.instruments[instrument]
  return {
    fills: fillMarks(data.fills, instrument, tickSize),
    orders: orderMarks(data.orders, instrument, tickSize),
  }
}

function fillMarks(fills, instrument, tickSize) {
  const rows = rowsOfInstrument(fills.instrument, instrument)
  return {
    rows,
    time: rows.map((row) => fills.time[row] / 1000),
    price: rows.map((row) => fills.price[row] * tickSize),
    isBuy: rows.map((row) => fills.side.at(row) === 'buy'),
    isTaker: rows.map((row) => fills.liquidity.at(row) === 'taker'),
  }
}

function orderMarks(orders, instrument, tickSize) {
  const rows = rowsOfInstrument(orders.instrument, instrument).filter(
    (row) => orders.accepted[row] !== null && orders.price[row] !== null,
  )
  const end = (row) =>
    orders.done[row] === null ? Number.POSITIVE_INFINITY : orders.created[row] + orders.done[row]
  return {
    start: rows.map((row) => (orders.created[row] + orders.accepted[row]) / 1000),
    end: rows.map((row) => end(row) / 1000),
    price: rows.map((row) => orders.price[row] * tickSize),
    isBuy: rows.map((row) => orders.side.at(row) === 'buy'),
  }
}

function rowsOfInstrument(column, instrument) {
  const rows = []
  for (let row = 0; row < column.length; row++) if (column[row] === instrument) rows.push(row)
  return rows
}

function drawMarks(u, marks) {
  const { ctx, bbox } = u
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  drawOrders(u, marks.orders, true)
  drawOrders(u, marks.orders, false)
  drawFills(u, marks.fills)
  ctx.restore()
}

function drawOrders(u, orders, isBuy) {
  const { ctx, bbox } = u
  const { min, max } = u.scales.x
  const right = bbox.left + bbox.width
  let drawn = 0
  ctx.beginPath()
  for (let i = 0; i < orders.start.length; i++) {
    if (orders.isBuy[i] !== isBuy || orders.end[i] < min || orders.start[i] > max) continue
    const y = Math.round(u.valToPos(orders.price[i], 'y', true))
    const x = u.valToPos(orders.start[i], 'x', true)
    const end = orders.end[i] > max ? right : u.valToPos(orders.end[i], 'x', true)
    ctx.moveTo(x, y)
    ctx.lineTo(Math.max(end, x + 1), y)
    drawn++
  }
  ctx.strokeStyle = cssColor(isBuy ? '--buy' : '--sell')
  ctx.globalAlpha = drawn > 2_000 ? 0.25 : 0.6
  ctx.lineWidth = uPlot.pxRatio * (drawn > 2_000 ? 1 : 1.5)
  ctx.stroke()
  ctx.globalAlpha = 1
}

function drawFills(u, fills) {
  const { ctx } = u
  const first = lowerBound(fills.time, u.scales.x.min)
  const last = lowerBound(fills.time, u.scales.x.max + 1e-9)
  // Smaller the more there are, so that a crowd does not hide the price.
  const size = Math.min(5.5, Math.max(1.8, (1.2 * u.width) / (last - first + 1))) * uPlot.pxRatio
  ctx.lineWidth = size / 4 + 0.25
  for (let i = first; i < last; i++) {
    const x = u.valToPos(fills.time[i], 'x', true)
    const y = u.valToPos(fills.price[i], 'y', true)
    const color = cssColor(fills.isBuy[i] ? '--buy' : '--sell')
    const tip = fills.isBuy[i] ? -size : size
    ctx.beginPath()
    ctx.moveTo(x, y + tip)
    ctx.lineTo(x + size, y - tip * 0.7)
    ctx.lineTo(x - size, y - tip * 0.7)
    ctx.closePath()
    ctx.fillStyle = fills.isTaker[i] ? color : cssColor('--surface')
    ctx.strokeStyle = color
    ctx.fill()
    ctx.stroke()
  }
}

/** The fill within a few pixels of the cursor, as its row; undefined when there is none. */
function fillUnderCursor(u, fills) {
  const { left, top } = u.cursor
  if (left === undefined || left < 0) return undefined
  const reach = 9
  const first = lowerBound(fills.time, u.posToVal(left - reach, 'x'))
  const last = lowerBound(fills.time, u.posToVal(left + reach, 'x'))
  let nearest
  let best = reach * reach
  for (let i = first; i < last; i++) {
    const dx = u.valToPos(fills.time[i], 'x') - left
    const dy = u.valToPos(fills.price[i], 'y') - top
    const distance = dx * dx + dy * dy
    if (distance < best) {
      best = distance
      nearest = fills.rows[i]
    }
  }
  return nearest
}
