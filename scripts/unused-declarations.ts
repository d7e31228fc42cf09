/**
 * Leaves out of a bundle what nothing in it uses. Webpack knows it and leaves it to a minifier, which would make dist/
 * unreadable: most of an AWS client describes calls that this action never makes. All else stays as it was written.
 */

import ts from 'typescript'

/** A declaration that does nothing but declare, so that it can go if nobody names it. */
interface Declaration {
  readonly statement: ts.Statement
  readonly names: readonly string[]
}

/** @param code an ES module, or a chunk of one: nothing outside of it can name what it declares without `export` */
export function withoutUnusedDeclarations(code: string): string {
  const file = ts.createSourceFile(
    'bundle.js',
    code,
    ts.ScriptTarget.ESNext,
    true,
    ts.ScriptKind.JS,
  )
  const unused = unusedIn(file)
  const parts: string[] = []
  let from = 0
  for (const { statement } of unused) {
    const start = statement.getStart(file, true)
    if (start < from) continue
    parts.push(code.slice(from, start).replace(/[ \t]*$/, ''))
    const line = /^[ \t]*(?:\r?\n)?/.exec(code.slice(statement.end))
    from = statement.end + (line?.[0].length ?? 0)
  }
  return [...parts, code.slice(from)].join('')
}

/** In the order of the file. */
function unusedIn(file: ts.SourceFile): readonly Declaration[] {
  const all: Declaration[] = []
  /** What each declaration names, and at the key `undefined` what is named outside of them. */
  const named = new Map<Declaration | undefined, Set<string>>([[undefined, new Set()]])
  const visit = (node: ts.Node, within: Declaration | undefined) => {
    const declared = ts.isStatement(node) ? declarationOf(node) : undefined
    if (declared) {
      all.push(declared)
      named.set(declared, new Set())
    }
    const around = declared ?? within
    if (ts.isIdentifier(node) && isReference(node)) named.get(around)?.add(node.text)
    ts.forEachChild(node, (child) => visit(child, around))
  }
  visit(file, undefined)

  // By name alone, whatever its scope: at worst something stays that could go.
  const byName = new Map<string, Declaration[]>()
  for (const one of all) {
    for (const name of one.names) byName.set(name, [...(byName.get(name) ?? []), one])
  }
  const used = new Set<Declaration | undefined>()
  const use = (one: Declaration | undefined) => {
    if (used.has(one)) return
    used.add(one)
    for (const name of named.get(one) ?? []) byName.get(name)?.forEach(use)
  }
  use(undefined)
  return all.filter((one) => !used.has(one))
}

function declarationOf(node: ts.Statement): Declaration | undefined {
  const { parent } = node
  if (!(ts.isSourceFile(parent) || ts.isBlock(parent)) || joinsOthers(node, parent.statements)) {
    return undefined
  }
  if (ts.isVariableStatement(node) && node.modifiers === undefined) {
    const { declarations } = node.declarationList
    const names = declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) && isPure(initializer) ? name.text : [],
    )
    return names.length === declarations.length ? { statement: node, names } : undefined
  }
  if (ts.isFunctionDeclaration(node) && node.modifiers?.some(isExport) !== true) {
    return node.name && { statement: node, names: [node.name.text] }
  }
  if (ts.isClassDeclaration(node) && node.modifiers === undefined && isPureClass(node)) {
    return node.name && { statement: node, names: [node.name.text] }
  }
  return undefined
}

/** Whether a statement without a semicolon before it would go on behind it, at a bracket for instance. */
function joinsOthers(node: ts.Statement, statements: readonly ts.Statement[]): boolean {
  const place = statements.indexOf(node)
  const before = statements[place - 1]
  const isEnded =
    before === undefined ||
    before.getText().endsWith(';') ||
    ts.isFunctionDeclaration(before) ||
    ts.isClassDeclaration(before)
  const behind = statements
    .slice(place + 1)
    .find((one) => !ts.isDeclarationStatement(one) && !ts.isVariableStatement(one))
  return !isEnded && behind !== undefined && /^[([`/+*-]/.test(behind.getText())
}

const isExport = ({ kind }: ts.ModifierLike) => kind === ts.SyntaxKind.ExportKeyword

/** Whether it is computed without any effect. */
function isPure(value: ts.Expression | undefined): boolean {
  if (value === undefined) return true
  if (ts.isArrayLiteralExpression(value)) return value.elements.every(isPure)
  if (ts.isObjectLiteralExpression(value)) {
    return value.properties.every(
      (one) =>
        ts.isShorthandPropertyAssignment(one) ||
        (ts.isPropertyAssignment(one) && isPureName(one.name) && isPure(one.initializer)),
    )
  }
  if (ts.isPrefixUnaryExpression(value)) return ts.isNumericLiteral(value.operand)
  return (
    ts.isLiteralExpression(value) ||
    ts.isIdentifier(value) ||
    ts.isArrowFunction(value) ||
    ts.isFunctionExpression(value) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(
      value.kind,
    )
  )
}

/** AWS's descriptions name members by constants: `[_e]`. */
function isPureName(name: ts.PropertyName): boolean {
  return !ts.isComputedPropertyName(name) || ts.isIdentifier(name.expression)
}

function isPureClass({ heritageClauses, members }: ts.ClassDeclaration): boolean {
  const bases = (heritageClauses ?? []).flatMap(({ types }) => [...types])
  return (
    bases.every(({ expression }) => ts.isIdentifier(expression)) &&
    members.every(
      (one) =>
        ts.isConstructorDeclaration(one) ||
        (one.name !== undefined &&
          isPureName(one.name) &&
          (!ts.isPropertyDeclaration(one) || isPure(one.initializer))),
    )
  )
}

/** Not a name of a member, nor that of a declaration itself. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node
  if (ts.isPropertyAssignment(parent)) return parent.name !== node
  if (ts.isVariableDeclaration(parent)) return parent.name !== node
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) return parent.name !== node
  if (ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.name !== node
  }
  return true
}
