/** What may not be reached below the composition root: the wall clock, chance without a seed, locale, `Math.pow`. */
import ts from 'typescript'

const deterministicFolders = [
  'src/core/',
  'src/model/',
  'src/clock/',
  'src/feed/',
  'src/book/',
  'src/venue/venue.ts',
  'src/venue/sim/',
  'src/venue/replay/',
  'src/risk/',
  'src/position/',
  'src/execution/',
  'src/strategy/',
  'src/journal/',
  'strategies/',
]
/** The only file that reads the time of day. */
const wallClock = 'src/clock/wall-clock.ts'

/** Members of a global object. `**` is `Math.pow`: both differ between versions of V8. */
const bannedMembers: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  performance: ['now', 'timeOrigin'],
  process: ['hrtime', 'uptime'],
  Math: ['random', 'pow'],
  crypto: ['randomUUID', 'getRandomValues', 'randomBytes', 'randomInt'],
}
const bannedGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'Intl']
/** On any object: they read the locale or the local time zone. */
const bannedMethods =
  /^(toLocale\w*|localeCompare|get(FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset))$/

export function isDeterministic(path: string): boolean {
  return path !== wallClock && deterministicFolders.some((folder) => path.startsWith(folder))
}

/** The banned thing that this very node names, or undefined. */
export function bannedName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return bannedMember(node.expression, node.name.text)
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return bannedMember(node.expression, node.argumentExpression.text)
  }
  if (ts.isObjectBindingPattern(node)) return bannedDestructuring(node)
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0) {
    return 'new Date()'
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()'
  if (ts.isBinaryExpression(node)) return bannedOperator(node.operatorToken.kind)
  if (ts.isIdentifier(node) && bannedGlobals.includes(node.text) && !isMemberName(node)) return node.text
  return undefined
}

function bannedMember(object: ts.Expression, member: string): string | undefined {
  if (bannedMethods.test(member)) return `.${member}`
  const name = ts.isIdentifier(object)
    ? object.text
    : ts.isPropertyAccessExpression(object) && isNamed(object.expression, 'globalThis')
      ? object.name.text
      : ''
  if (name === 'globalThis' && bannedGlobals.includes(member)) return member
  return bannedMembers[name]?.includes(member) ? `${name}.${member}` : undefined
}

function bannedDestructuring(pattern: ts.ObjectBindingPattern): string | undefined {
  const owner = pattern.parent
  if (!ts.isVariableDeclaration(owner) || owner.initializer === undefined) return undefined
  for (const element of pattern.elements) {
    const found = bannedMember(owner.initializer, (element.propertyName ?? element.name).getText())
    if (found !== undefined) return found
  }
  return undefined
}

function bannedOperator(kind: ts.SyntaxKind): string | undefined {
  if (kind === ts.SyntaxKind.AsteriskAsteriskToken) return '**'
  return kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken ? '**=' : undefined
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}

/** `timer.setTimeout` or `{ setTimeout: … }` is somebody's own member, not the global. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  return (
    (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) &&
    parent.name === node
  )
}
