/** The commands of a rollback that is not finished: whatever a policy holds, a shell takes them as they are meant. */

import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { renderLeft } from '../../src/report/left'
import { inverseOf } from '../../src/pipeline/configure/inverse'
import { parseRoleArn } from '../../src/systems/iam/role-arn'
import { commandsIn } from '../scenarios/repair'
import { ACCOUNT, aFunction } from './support/functions'
import { aJournal, aStore, readJournal, SALT } from './support/journal'

const HOSTILE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'it\'s $(id) `id` \\ "x" ```\n```', Effect: 'Allow', Action: '*', Resource: '*' },
  ],
})

const role = parseRoleArn(`arn:aws:iam::${ACCOUNT}:role/orders-role`)
if (role === undefined) throw new Error('not the ARN of a role')

async function leftAfter(secret: string) {
  const store = aStore()
  const journal = aJournal(store)
  const fn = aFunction({ name: 'orders' })
  const variables = [{ name: 'ROTEL_HEADERS', before: secret, after: 'new' }]
  await journal.writing(fn.arn, inverseOf({ layers: undefined, variables }, SALT))
  const edit = { kind: 'delete-inline', policy: 'own', before: HOSTILE } as const
  await journal.editing({ purpose: 'logs', role: role ?? fail(), edit, reached: [] })
  const contents = readJournal(store.text())
  return renderLeft(
    { why: ['The credentials are <b>expired</b>'], contents, account: ACCOUNT, wasNotBegun: true },
    { path: "/tmp/it's.journal", text: store.text() },
  )
}

function fail(): never {
  throw new Error('unreachable')
}

test('a shell gets the document of a policy byte for byte, whatever is in it', async () => {
  const commands = commandsIn(await leftAfter('secret'))
  const stub = 'aws() { [ "$2" = get-role-policy ] && return 1; printf "%s\\0" "$@"; }; jq() { :; }'
  const { stdout, stderr } = spawnSync('bash', ['-c', `${stub}\n${commands}`], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout.split('\0')).toContain(HOSTILE)
})

test('the earlier value of a variable is told by its place in the journal only', async () => {
  const summary = await leftAfter('canary-value')
  expect(summary).not.toContain('canary-value')
  expect(summary).toContain('variables replaced: <code>ROTEL&#95;HEADERS</code>')
  expect(commandsIn(summary)).toContain('.[1] | fromjson | .inverse.variables[0].before')
  expect(summary).not.toContain('<b>')
})
