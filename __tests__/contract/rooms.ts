/**
 * Holds a tree to an ordered list of rooms. A room is a folder or a file; the list goes from top to bottom, and a room
 * imports only itself and rooms further down. Of several rooms that fit a file the longest counts, so a folder may
 * stand in the list together with rooms inside it. Everything but `readSources` is pure.
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** All paths are relative to the project's root, with `/`. */
export interface SourceFile {
  readonly path: string
  /** Files of the project: by import, re-export, `import()`, type import, `require` or `new URL(…, import.meta.url)`. */
  readonly imports: readonly string[]
  /** Everything else that is imported, as it is written: `node:fs`, `@aws-sdk/client-iam`. */
  readonly packages: readonly string[]
}

/** The sources (TypeScript, JavaScript, JSON) below a folder of the project. Throws on an import that it cannot read. */
export function readSources(root: string, folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js|json)$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .sort()
    .map((path) => {
      const targets = path.endsWith('.json')
        ? []
        : importedBy(path, readFileSync(join(root, path), 'utf8'))
      const exists = (candidate: string) => existsSync(join(root, candidate))
      return {
        path,
        imports: targets.filter(isFile).map((target) => resolved(path, target, exists)),
        packages: targets.filter((target) => !isFile(target)),
      }
    })
}

/** What a source imports, as it is written there, `./` put before the paths of `new URL`. */
export function importedBy(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found = new Set<string>()
  const take = (target: ts.Node | undefined): void => {
    if (target !== undefined && ts.isStringLiteralLike(target)) found.add(target.text)
    else throw new Error(`${path}: an import that is not a plain text: ${target?.getText() ?? ''}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) take(node.moduleSpecifier)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) take(node.moduleSpecifier)
    else if (ts.isExternalModuleReference(node)) take(node.expression)
    else if (ts.isImportTypeNode(node)) {
      take(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument)
    } else if (ts.isCallExpression(node) && isImportCall(node)) take(node.arguments[0])
    else if (ts.isNewExpression(node) && isOwnUrl(node)) {
      const [target] = node.arguments ?? []
      if (target !== undefined && ts.isStringLiteralLike(target)) found.add(asFile(target.text))
      else take(target)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...found]
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require')
  )
}

function isOwnUrl({ expression, arguments: given }: ts.NewExpression): boolean {
  return expression.getText() === 'URL' && given?.[1]?.getText() === 'import.meta.url'
}

const isFile = (target: string): boolean => /^\.{1,2}(\/|$)/.test(target)
const asFile = (target: string): string => (isFile(target) ? target : `./${target}`)

/** An import that leads to no file keeps its path: it is in no room then. */
function resolved(from: string, target: string, exists: (path: string) => boolean): string {
  const path = posix.join(posix.dirname(from), target)
  const candidates = [
    `${path}.ts`,
    `${path}.d.ts`,
    path.replace(/\.js$/, '.ts'),
    `${path}/index.ts`,
    path,
  ]
  return candidates.find((candidate) => /\.\w+$/.test(candidate) && exists(candidate)) ?? path
}

/** The room of a file: of those that fit the longest. */
export function roomOf(path: string, rooms: readonly string[]): string | undefined {
  return rooms
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((one, other) => other.length - one.length)[0]
}

/**
 * What breaks the rule, each in one line: files in no room, imports of what is in no room, imports of a room further
 * up, and rooms that the list names twice or that hold no file. Nothing is left out and there are no exceptions.
 */
export function violations(
  files: readonly SourceFile[],
  rooms: readonly string[],
): readonly string[] {
  const inRoom = new Set(files.map(({ path }) => roomOf(path, rooms)))
  return [
    ...rooms.filter((room, index) => rooms.indexOf(room) < index).map((room) => `${room} twice`),
    ...rooms.filter((room) => !inRoom.has(room)).map((room) => `${room} holds no file`),
    ...files.flatMap((file) => violationsOf(file, rooms)),
  ]
}

function violationsOf({ path, imports }: SourceFile, rooms: readonly string[]): readonly string[] {
  const room = roomOf(path, rooms)
  if (room === undefined) return [`${path} is in no room`]
  return imports.flatMap((target) => {
    const other = roomOf(target, rooms)
    if (other === undefined) return [`${path} → ${target}, which is in no room`]
    if (rooms.indexOf(other) >= rooms.indexOf(room)) return []
    return [`${path} → ${target}: ${room} imports ${other}, which is further up`]
  })
}

/** Pairs of rooms between which an arrow up the list would go unnoticed: the check itself is checked. */
export function unnoticedArrows(
  files: readonly SourceFile[],
  rooms: readonly string[],
): readonly { readonly lower: string; readonly upper: string }[] {
  const pairs = rooms.flatMap((lower, place) =>
    rooms.slice(0, place).map((upper) => ({ lower, upper })),
  )
  return pairs.filter(({ lower, upper }) => {
    const from = files.find(({ path }) => roomOf(path, rooms) === lower)
    const to = files.find(({ path }) => roomOf(path, rooms) === upper)
    if (from === undefined || to === undefined) return true
    const changed = { ...from, imports: [...from.imports, to.path] }
    const tree = files.map((file) => (file === from ? changed : file))
    return !violations(tree, rooms).some((line) => line.startsWith(`${from.path} → ${to.path}`))
  })
}

/** Files that lead back to themselves: each group holds all that reach one another. */
export function fileCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  return components(files, (path) => path, true)
}

/**
 * Folders that lead back to themselves, looked at in two ways:
 * - a folder is the files that lie in it, those left out that are rooms of their own;
 * - within each folder, its files and its subfolders with all that is below them.
 */
export function folderCycles(
  files: readonly SourceFile[],
  rooms: readonly string[] = [],
): readonly (readonly string[])[] {
  const byFolder = components(files, (path) => (rooms.includes(path) ? path : posix.dirname(path)))
  const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)))
  const byLevel = [...folders].flatMap((folder) => {
    const within = files.filter(({ path }) => path.startsWith(`${folder}/`))
    return components(within, (path) => entryOf(folder, path)).filter((entries) =>
      entries.some((entry) => folders.has(entry)),
    )
  })
  const once = new Map([...byFolder, ...byLevel].map((group) => [group.join(), group]))
  return [...once.values()]
}

function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

function entryOf(folder: string, path: string): string {
  const [name = ''] = path.slice(folder.length + 1).split('/')
  return `${folder}/${name}`
}

/** The strongly connected components of more than one node (`andSelf`: or of one that imports itself), sorted. */
function components(
  files: readonly SourceFile[],
  nodeOf: (path: string) => string,
  andSelf = false,
): readonly (readonly string[])[] {
  const known = new Set(files.map(({ path }) => path))
  const arrows = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const from = nodeOf(path)
    const targets = imports.filter((target) => known.has(target)).map(nodeOf)
    const others = targets.filter((target) => andSelf || target !== from)
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...others]))
  }
  const reached = new Map([...arrows.keys()].map((node) => [node, reachedFrom(node, arrows)]))
  const groups = [...reached].flatMap(([node, below]) => {
    const group = [...below].filter((other) => reached.get(other)?.has(node) === true)
    return group.length === 0 ? [] : [group.sort()]
  })
  return [...new Map(groups.map((group) => [group.join(), group])).values()].sort()
}

/** By one arrow or more: a node reaches itself only on a cycle. */
function reachedFrom(
  node: string,
  arrows: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [node]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of arrows.get(next) ?? []) {
      if (reached.has(target)) continue
      reached.add(target)
      waiting.push(target)
    }
  }
  return reached
}
