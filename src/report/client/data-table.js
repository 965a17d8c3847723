// A table over columns: sortable, filterable, and paged, so that 100,000 rows cost no more to show than 25.

const rowsPerPage = 25

/**
 * columns: [{ label, value(row), text(row), isNumber, className(row), onClick(row) }]; facets: [{ label, texts }], each
 * a packed column of words. `searchable(row)` is the text that the filter looks in.
 */
function createDataTable(mount, { caption, rowCount, total, columns, facets, searchable, fileName }) {
  const state = {
    query: '',
    picked: facets.map(() => ''),
    sortColumn: undefined,
    isDescending: false,
    page: 0,
  }
  let rows = []
  const view = tableView(mount, { caption, columns, facets })
  const show = () => {
    const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage))
    state.page = Math.min(Math.max(state.page, 0), pages - 1)
    const first = state.page * rowsPerPage
    view.body.replaceChildren(...rows.slice(first, first + rowsPerPage).map((row) => tableRow(columns, row)))
    const range =
      rows.length === 0
        ? '0'
        : `${numberText(first + 1, 0)}–${numberText(Math.min(first + rowsPerPage, rows.length), 0)}`
    const missing = total > rowCount ? `, ${numberText(total - rowCount, 0)} more in the journal` : ''
    view.count.textContent = `${range} of ${numberText(rows.length, 0)}${missing}`
    view.previous.disabled = state.page === 0
    view.next.disabled = state.page === pages - 1
  }
  const update = () => {
    rows = selectRows({ rowCount, facets, searchable, ...state })
    sortRows(rows, columns[state.sortColumn], state.isDescending)
    state.page = 0
    show()
  }
  const turn = (pages) => {
    state.page += pages
    show()
  }
  view.search.addEventListener('input', () => {
    state.query = view.search.value
    update()
  })
  view.selects.forEach((select, index) => {
    select.addEventListener('change', () => {
      state.picked[index] = select.value
      update()
    })
  })
  view.headers.forEach((header, index) => {
    header.firstElementChild.addEventListener('click', () => {
      state.isDescending = state.sortColumn === index && !state.isDescending
      state.sortColumn = index
      for (const other of view.headers) other.removeAttribute('aria-sort')
      header.setAttribute('aria-sort', state.isDescending ? 'descending' : 'ascending')
      update()
    })
  })
  view.previous.addEventListener('click', () => turn(-1))
  view.next.addEventListener('click', () => turn(1))
  view.download.addEventListener('click', () => downloadCsv(fileName, columns, rows))
  update()
}

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children)
  return node
}

function tableView(mount, { caption, columns, facets }) {
  const search = element('input', {
    type: 'search',
    placeholder: 'Filter',
    'aria-label': `Filter ${caption}`,
  })
  const selects = facets.map(({ label, texts }) =>
    element(
      'select',
      { 'aria-label': label },
      element('option', { value: '' }, `${label}: all`),
      ...[...texts.words]
        .filter((word) => word !== '')
        .sort()
        .map((word) => element('option', { value: word }, word)),
    ),
  )
  const count = element('output', { 'aria-live': 'polite' })
  const previous = element('button', { type: 'button', 'aria-label': `Previous page of ${caption}` }, '←')
  const next = element('button', { type: 'button', 'aria-label': `Next page of ${caption}` }, '→')
  const download = element('button', { type: 'button' }, 'CSV')
  download.setAttribute('aria-label', `Download ${caption} as CSV`)
  const headers = columns.map(({ label, isNumber }) =>
    element(
      'th',
      { scope: 'col', class: isNumber ? 'number' : '' },
      element('button', { type: 'button' }, label),
    ),
  )
  const body = element('tbody')
  const table = element(
    'table',
    { 'aria-label': caption },
    element('thead', {}, element('tr', {}, ...headers)),
    body,
  )
  const toolbar = element(
    'div',
    { class: 'table-tools' },
    search,
    ...selects,
    element('span', { class: 'pager' }, count, previous, next, download),
  )
  mount.replaceChildren(
    toolbar,
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table),
  )
  return { search, selects, count, previous, next, download, headers, body }
}

function tableRow(columns, row) {
  const cells = columns.map(({ text, isNumber, className, onClick }) => {
    const cell = element('td', { class: [isNumber ? 'number' : '', className?.(row) ?? ''].join(' ').trim() })
    if (onClick === undefined) cell.textContent = text(row)
    else {
      const button = element('button', { type: 'button', class: 'link', title: 'Show in the charts' })
      button.textContent = text(row)
      button.addEventListener('click', () => onClick(row))
      cell.append(button)
    }
    return cell
  })
  return element('tr', {}, ...cells)
}

function selectRows({ rowCount, facets, picked, query, searchable }) {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const rows = []
  for (let row = 0; row < rowCount; row++) {
    if (!facets.every(({ texts }, index) => picked[index] === '' || texts.at(row) === picked[index])) continue
    if (words.length > 0) {
      const text = searchable(row).toLowerCase()
      if (!words.every((word) => text.includes(word))) continue
    }
    rows.push(row)
  }
  return rows
}

/** In place; rows without a value come last either way, equal ones keep their order. */
function sortRows(rows, column, isDescending) {
  if (column === undefined) return
  const direction = isDescending ? -1 : 1
  const keys = new Map(rows.map((row) => [row, column.value(row)]))
  const isMissing = (key) => key === null || key === ''
  rows.sort((a, b) => {
    const x = keys.get(a)
    const y = keys.get(b)
    if (isMissing(x) || isMissing(y)) return Number(isMissing(x)) - Number(isMissing(y))
    return x < y ? -direction : x > y ? direction : 0
  })
}

/** A text that a spreadsheet would take for a formula is given an apostrophe. */
function csvCell(value) {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value}` : (value ?? '')
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function downloadCsv(fileName, columns, rows) {
  const lines = [columns.map(({ csvLabel, label }) => csvCell(csvLabel ?? label)).join(',')]
  for (const row of rows) lines.push(columns.map(({ value }) => csvCell(value(row))).join(','))
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' }))
  element('a', { href: url, download: fileName }).click()
  URL.revokeObjectURL(url)
}
