/** What every run loads before it does anything: no SDK and no library that only some runs need. */

import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from '@jest/globals'
import ts from 'typescript'

const root = join(import.meta.dirname, '..', '..')

/** Modules that come along with a file: those imported for values, at its top. */
function loadedWith(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8')
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const { moduleSpecifier: from } = statement
    if (from === undefined || !ts.isStringLiteral(from)) return []
    return isForTypesOnly(statement) ? [] : [from.text]
  })
}

function isForTypesOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  const { importClause } = statement
  if (importClause === undefined) return false
  const { namedBindings } = importClause
  return (
    importClause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (importClause.name === undefined &&
      namedBindings !== undefined &&
      ts.isNamedImports(namedBindings) &&
      namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly))
  )
}

function packagesLoadedBy(entry: string): readonly string[] {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const target of loadedWith(path)) {
      if (!target.startsWith('.')) packages.add(target)
      else visit(`${posix.join(posix.dirname(path), target)}.ts`)
    }
  }
  visit(entry)
  expect([...seen].filter((path) => !existsSync(join(root, path)))).toEqual([])
  return [...packages].filter((name) => !name.startsWith('node:')).sort()
}

test.each(['src/main.ts', 'src/post.ts'])(
  '%s loads the toolkit and Lambda’s client, and no other SDK, before it is known what a run needs',
  (entry) => {
    expect(packagesLoadedBy(entry)).toEqual(['@actions/core', '@aws-sdk/client-lambda', 'p-queue'])
  },
)

test('each of the other edges brings its own SDK', () => {
  expect(packagesLoadedBy('src/edges/role-control.ts')).toContain('@aws-sdk/client-iam')
  expect(packagesLoadedBy('src/edges/log-groups.ts')).toContain('@aws-sdk/client-cloudwatch-logs')
  expect(packagesLoadedBy('src/edges/log-groups.ts')).not.toContain('@aws-sdk/client-cloudwatch')
  expect(packagesLoadedBy('src/edges/clickhouse-store.ts')).toContain('@clickhouse/client')
})
