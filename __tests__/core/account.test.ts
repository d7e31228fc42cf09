/** The account in a function's telemetry: what the variables tell of its rows, and when its absence is no difference. */

import { describe, expect, test } from '@jest/globals'
import { MARKER, NOTHING_OWNED, writeMarker } from '../../src/model/ownership'
import { acceptAbsentAccount } from '../../src/pipeline/plan/carried-account'
import { planAttachment } from '../../src/pipeline/plan/plan'
import { needsInvocation, onlyRequestId } from '../../src/pipeline/verify/request-id-only'
import type { Change } from '../../src/systems/lambda/change'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { accountInRows } from '../../src/systems/rotel/account'
import {
  aFunction,
  changed,
  layersOf,
  SOME_CONTEXT,
  someWanted,
  variablesOf,
} from './support/functions'

const OURS = '123456789012'
const ATTRIBUTES = 'ROTEL_OTEL_RESOURCE_ATTRIBUTES'

describe('what the rows tell', () => {
  test.each([
    ['written', { [ATTRIBUTES]: `a=b,cloud.account.id=${OURS}` }],
    ['written', { [ATTRIBUTES]: `cloud.account.id=${OURS}\n` }],
    ['absent', {}],
    ['absent', { [ATTRIBUTES]: 'a=b' }],
    ['absent', { [ATTRIBUTES]: `cloud.account.id.of=${OURS}` }],
    ['open', { [ATTRIBUTES]: 'cloud.account.id=210987654321' }],
    ['open', { [ATTRIBUTES]: `cloud.account.id=${OURS},cloud.account.id=210987654321` }],
    ['open', { [ATTRIBUTES]: `cloud.account.id=${OURS},team=\${arn:aws:ssm:x}` }],
    ['open', { [ATTRIBUTES]: `cloud.account.id=${OURS}`, ROTEL_ENV_FILE: '/var/task/rotel.env' }],
  ])('%s: %o', (expected, variables) => {
    expect(accountInRows(new Map(Object.entries(variables)), OURS)).toBe(expected)
  })

  test('only where they tell the account may anything but the request ID prove the function', () => {
    const written = new Map([[ATTRIBUTES, `cloud.account.id=${OURS}`]])
    expect(onlyRequestId('environment', written, OURS)).toBeUndefined()
    expect(onlyRequestId('function', written, OURS)).toBeUndefined()
    expect(onlyRequestId('invocation', written, OURS)).toBe('level')
    expect(onlyRequestId('function', new Map(), OURS)).toBe('account-absent')
    expect(needsInvocation('account-absent').reason).toBe('proof-needs-invocation')
  })
})

describe('its absence', () => {
  const plan = (fn: LambdaFunction) => planAttachment(fn, someWanted(), SOME_CONTEXT)

  function changeOf(fn: LambdaFunction): Change {
    const one = plan(fn)
    if (one.kind !== 'change') throw new Error(JSON.stringify(one))
    return one.change
  }

  /** With what this action writes, as somebody else's: without marker and account. */
  function carried(more: Readonly<Record<string, string | undefined>> = {}) {
    const attached = changed(aFunction(), changeOf(aFunction()))
    const after = variablesOf(attached)
    const list = after.get(ATTRIBUTES)?.replace(/,?cloud\.account\.id=\d+/, '')
    const all = { ...Object.fromEntries(after), [MARKER]: undefined, [ATTRIBUTES]: list, ...more }
    const variables = Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value] as const],
    )
    return aFunction({
      variables: Object.fromEntries(variables),
      layers: layersOf(attached),
    })
  }
  test('is no difference in variables that a template carries', () => {
    expect(plan(carried()).kind).toBe('unchanged')
  })

  test('is one where the marker claims the variable', () => {
    const marker = writeMarker({ variables: [ATTRIBUTES], layers: [] })
    const change = changeOf(carried({ [MARKER]: marker }))
    expect(change.variables.map(({ name }) => name)).toContain(ATTRIBUTES)
  })

  test('is none where the user has attributes and the inputs give none', () => {
    const wanted = someWanted({
      acceptForeignSettings: true,
      export: { ...someWanted().export, serviceName: undefined, resourceAttributes: [] },
    })
    const fn = aFunction({ variables: { [ATTRIBUTES]: 'team=shop' } })
    const one = planAttachment(fn, wanted, SOME_CONTEXT)
    const names = one.kind === 'change' ? one.change.variables.map(({ name }) => name) : []
    expect(names).not.toContain(ATTRIBUTES)
    expect(names).toContain(MARKER)
  })

  test('is none where the template has the other attributes, in the list or without any', () => {
    const plain = someWanted({
      export: { ...someWanted().export, serviceName: undefined, resourceAttributes: [] },
    })
    const written = planAttachment(aFunction(), plain, SOME_CONTEXT)
    if (written.kind !== 'change') throw new Error(written.kind)
    const attached = changed(aFunction(), written.change)
    expect(variablesOf(attached).get(ATTRIBUTES)).toBe(`cloud.account.id=${OURS}`)
    const without = (...names: readonly string[]) =>
      aFunction({
        variables: new Map([...variablesOf(attached)].filter(([name]) => !names.includes(name))),
        layers: layersOf(attached),
      })
    expect(planAttachment(without(MARKER, ATTRIBUTES), plain, SOME_CONTEXT).kind).toBe('unchanged')
    // Ours, or not the same: then all of it is written.
    const endpoint = 'ROTEL_OTLP_EXPORTER_ENDPOINT'
    for (const fn of [without(ATTRIBUTES), without(MARKER, ATTRIBUTES, endpoint), aFunction()]) {
      const one = planAttachment(fn, plain, SOME_CONTEXT)
      const names = one.kind === 'change' ? one.change.variables.map(({ name }) => name) : []
      expect(names).toContain(ATTRIBUTES)
    }
  })

  const ACCOUNT_ONLY = `cloud.account.id=${OURS}`
  const ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://h' }
  type Variables = Readonly<Record<string, string>>

  test.each<[string, Variables, Variables, Variables]>([
    ['no attributes are wanted', ENDPOINT, { ...ENDPOINT, [ATTRIBUTES]: 'team=shop' }, ENDPOINT],
    ['no attributes are wanted, nor there', ENDPOINT, {}, ENDPOINT],
    [
      'the function has the account, and nothing beside it is wanted',
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY },
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY },
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY },
    ],
    [
      'only variables that are not Rotel’s differ from the template',
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY, OTEL_PROPAGATORS: 'b3' },
      ENDPOINT,
      { ...ENDPOINT, OTEL_PROPAGATORS: 'b3' },
    ],
    [
      'Rotel’s own differ',
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY },
      { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://other' },
      { ...ENDPOINT, [ATTRIBUTES]: ACCOUNT_ONLY },
    ],
  ])('leaves these variables wanted where %s', (_, desired, before, expected) => {
    const asMap = (variables: Variables) => new Map(Object.entries(variables))
    expect(acceptAbsentAccount(asMap(desired), asMap(before), NOTHING_OWNED)).toEqual(
      asMap(expected),
    )
  })

  test('another account is a difference of somebody else’s', () => {
    const fn = carried({ [ATTRIBUTES]: 'cloud.account.id=210987654321' })
    expect(plan(fn)).toMatchObject({ kind: 'refused', reason: 'configured-elsewhere' })
  })
})
