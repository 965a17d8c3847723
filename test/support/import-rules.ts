/** Which file may import which: the table in the style guide, as data, and the checks over it. */
import { posix } from 'node:path'
import type { SourceImport, SourceText, Violation } from './tidy.ts'

/**
 * Folder of src/ → what it may import besides itself: a folder, or one file. `core` has no trading meaning and is open
 * to all. Folders stand in the order of the house: imports point up.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  model: ['core'],
  clock: ['core', 'model'],
  feed: ['core', 'model'],
  book: ['core', 'model'],
  venue: ['core', 'model', 'clock', 'book'],
  risk: ['core', 'model'],
  position: ['core', 'model'],
  execution: ['core', 'model', 'clock', 'risk', 'venue/venue.ts'],
  strategy: ['core', 'model', 'clock', 'book (types)'],
  journal: ['core', 'model'],
  run: [
    'core',
    'model',
    'clock',
    'feed',
    'book',
    'venue',
    'risk',
    'position',
    'execution',
    'strategy',
    'journal',
    'index.ts',
  ],
  exchange: ['core', 'model', 'clock', 'feed', 'book', 'venue/sim'],
  research: ['core', 'model', 'run', 'analysis'],
  analysis: ['core', 'model'],
  report: ['core', 'model', 'analysis'],
  server: ['core', 'model', 'run', 'analysis', 'report'],
  cli: ['core', 'model', 'run', 'exchange', 'analysis', 'report', 'server'],
  'index.ts': ['core', 'model', 'clock', 'strategy'],
}

const foldersWithFiles = ['feed', 'journal', 'run', 'research', 'report', 'server', 'cli']

/** @returns what is wrong with this import, or undefined */
export function explainImport(file: SourceText, found: SourceImport): string | undefined {
  if (found.from.startsWith('.')) return explainRelative(file.path, found)
  const bare = found.from.replace(/^node:/, '')
  if (file.path.startsWith('strategies/')) {
    return found.from.startsWith('node:') ? `a strategy may not import ${found.from}` : undefined
  }
  if ((bare === 'fs' || bare.startsWith('fs/')) && !foldersWithFiles.includes(folderOf(file.path))) {
    return `${found.from} may be imported only in ${foldersWithFiles.join(', ')}`
  }
  if ((bare === 'ccxt' || bare.startsWith('ccxt/')) && !file.path.startsWith('src/venue/ccxt/')) {
    return 'ccxt may be imported only in venue/ccxt'
  }
  return undefined
}

function explainRelative(path: string, found: SourceImport): string | undefined {
  const target = resolveImport(path, found.from)
  if (path.startsWith('strategies/')) {
    const isOwnFolder = posix.dirname(target) === posix.dirname(path)
    return target === 'src/index.ts' || isOwnFolder
      ? undefined
      : `a strategy sees src/index.ts and nothing deeper, not ${target}`
  }
  if (!target.startsWith('src/')) return `src may not import ${target}`
  const from = folderOf(path)
  const to = folderOf(target)
  if (from === to) return undefined
  const allowed = mayImport[from]
  if (allowed === undefined) return `src/${from} is not in the import table`
  const isAllowed = allowed.some((entry) => {
    if (entry === `${to} (types)`) return found.isTypeOnly
    return entry === to || target === `src/${entry}` || target.startsWith(`src/${entry}/`)
  })
  return isAllowed
    ? undefined
    : `${from} may import ${allowed.join(', ') || 'nothing'}; not ${target.slice(4)}`
}

/** First folder below src/; the file name for a file directly in src/. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? ''
}

export function resolveImport(path: string, from: string): string {
  return posix.normalize(posix.join(posix.dirname(path), from))
}

/** Every circular import, type-only ones included; each once, as `a → b → a`. */
export function findCycles(imports: ReadonlyMap<string, readonly SourceImport[]>): Violation[] {
  const done = new Set<string>()
  const trail: string[] = []
  const cycles: Violation[] = []
  const visit = (path: string): void => {
    if (done.has(path)) return
    const start = trail.indexOf(path)
    if (start >= 0) {
      const circle = [...trail.slice(start), path].join(' → ')
      cycles.push({ path, line: 1, rule: 'cycle', message: `circular import: ${circle}` })
      return
    }
    trail.push(path)
    for (const found of imports.get(path) ?? []) {
      if (found.from.startsWith('.')) visit(resolveImport(path, found.from))
    }
    trail.pop()
    done.add(path)
  }
  for (const path of imports.keys()) visit(path)
  return cycles
}
