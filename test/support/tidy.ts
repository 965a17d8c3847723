/**
 * Reads source files with the TypeScript parser and says where they break the house rules that neither compiler nor
 * linter knows. A deliberate exception carries `// tidy-ok: reason` on its line or on the line above.
 */
import ts from 'typescript'
import { bannedName, isDeterministic } from './banned-calls.ts'
import { explainImport } from './import-rules.ts'

export interface SourceText {
  /** From the project's root, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface SourceImport {
  readonly from: string
  readonly line: number
  readonly isTypeOnly: boolean
}

export interface Violation {
  readonly path: string
  readonly line: number
  readonly rule: string
  readonly message: string
}

export interface CheckedFile {
  readonly path: string
  readonly imports: readonly SourceImport[]
  readonly violations: readonly Violation[]
  /** Name and length in lines of each function longer than `functionLinesAim`. */
  readonly longFunctions: readonly { readonly name: string; readonly line: number; readonly lines: number }[]
}

export const functionLinesAim = 40
export const functionLinesMax = 70

export function checkFile(file: SourceText): CheckedFile {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
  const lines = file.text.split('\n')
  const violations: Violation[] = []
  const imports: SourceImport[] = []
  const longFunctions: { name: string; line: number; lines: number }[] = []
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1
  const report = (line: number, rule: string, message: string): void => {
    const isExcepted = [lines[line - 1], lines[line - 2]].some((text) => /\/\/ tidy-ok: \S/.test(text ?? ''))
    if (!isExcepted) violations.push({ path: file.path, line, rule, message })
  }

  checkName(file.path, report)
  lines.forEach((text, index) => {
    checkComment(text, (message) => report(index + 1, 'suppression', message))
  })
  const visit = (node: ts.Node): void => {
    const line = lineOf(node.getStart(source))
    const found = importOf(node, line)
    if (found !== undefined) {
      imports.push(found)
      const problem = explainImport(file, found)
      if (problem !== undefined) report(line, 'import', problem)
    }
    const unsafe = unsafeType(node, file.path)
    if (unsafe !== undefined) report(line, 'unsafe-type', unsafe)
    const banned = isDeterministic(file.path) ? bannedName(node) : undefined
    if (banned !== undefined) report(line, 'banned', `${banned} is not reproducible`)
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const length = lineOf(node.end) - line + 1
      if (length > functionLinesMax)
        report(line, 'function-length', `function of ${length} lines, at most ${functionLinesMax}`)
      if (length > functionLinesAim) longFunctions.push({ name: nameOf(node, source), line, lines: length })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { path: file.path, imports, violations, longFunctions }
}

function checkName(path: string, report: (line: number, rule: string, message: string) => void): void {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(name)) {
    report(1, 'file-name', `${name} is not in kebab case`)
  }
  if (/^(utils?|helpers?|common|types|misc|shared)\.ts$/.test(name)) {
    report(1, 'file-name', `${name} fits anything: name the idea`)
  }
}

function checkComment(line: string, report: (message: string) => void): void {
  const found = /(?:\/\/|\/?\*).*(@ts-(?:ignore|expect-error|nocheck)|biome-ignore)/.exec(line)
  if (found !== null) report(`${found[1]} hides a problem`)
  if (/\/\/.*\b(TODO|FIXME)\b(?!.*#\d)/.test(line)) report('a TODO needs an issue number')
}

function importOf(node: ts.Node, line: number): SourceImport | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    const isTypeOnly = ts.isImportDeclaration(node)
      ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : node.isTypeOnly
    return ts.isStringLiteral(node.moduleSpecifier)
      ? { from: node.moduleSpecifier.text, line, isTypeOnly }
      : undefined
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const target = node.arguments[0]
    return target !== undefined && ts.isStringLiteralLike(target)
      ? { from: target.text, line, isTypeOnly: false }
      : undefined
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const target = node.argument.literal
    return ts.isStringLiteral(target) ? { from: target.text, line, isTypeOnly: true } : undefined
  }
  return undefined
}

/** `as` is left to core/, where the unit constructors and the typed-array readers live. */
function unsafeType(node: ts.Node, path: string): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any'
  if (ts.isNonNullExpression(node)) return 'non-null assertion'
  if (
    (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) &&
    node.exclamationToken !== undefined
  ) {
    return 'definite assignment assertion'
  }
  if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type) && !path.startsWith('src/core/')) {
    return `type assertion to ${node.type.getText()}`
  }
  return undefined
}

function nameOf(node: ts.SignatureDeclaration, source: ts.SourceFile): string {
  if (node.name !== undefined) return node.name.getText(source)
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText(source) : '(anonymous)'
}
