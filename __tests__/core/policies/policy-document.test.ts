/** Documents come out as they went in, or are not read at all. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  meansTheSame,
  parsePolicyDocument,
  printPolicyDocument,
  type Statement,
  withActions,
  withResources,
} from '../../../src/systems/iam/policy-document'
import { documents } from './policy-sets'

const ALLOW = '"Effect":"Allow","Action":"a:B","Resource":"*"'

function reasonOf(text: string): string {
  const policy = parsePolicyDocument(text)
  return policy.kind === 'unreadable' ? policy.because : 'read'
}

function parsed(text: string) {
  const policy = parsePolicyDocument(text)
  const [statement] = policy.kind === 'document' ? policy.document.statements : []
  if (policy.kind !== 'document' || statement === undefined) throw new Error(text)
  return { document: policy.document, statement }
}

describe('a policy document', () => {
  test('is printed as it was read, blanks aside', () => {
    fc.assert(
      fc.property(documents(2), (text) => {
        const policy = parsePolicyDocument(text)
        if (policy.kind !== 'document') throw new Error(policy.because)
        expect(printPolicyDocument(policy.document)).toBe(JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['{}', 'it has no Statement'],
    ['{"Statement":[1]}', 'a statement is not an object'],
    [`{"statement":{${ALLOW}},"Statement":[]}`, 'the member statement is not one that IAM writes'],
    [`{"Statement":{${ALLOW},"notaction":"x"}}`, 'the member notaction is not one that IAM writes'],
    [`{"Statement":{${ALLOW},"NotAction":"x"}}`, 'a statement needs either Action or NotAction'],
    [
      '{"Statement":{"Effect":"Allow","Action":"a:B"}}',
      'a statement needs either Resource or NotResource',
    ],
    [
      '{"Statement":{"Effect":"allow","Action":"a:B","Resource":"*"}}',
      'a statement neither allows nor denies',
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":[1],"Resource":"*"}}',
      'Action or NotAction is neither a string nor a list of strings',
    ],
    ['{"Statement":{"Sid":1,"Effect":"Allow"}}', 'a Sid is not a string'],
    [
      `{"Statement":{${ALLOW}," NotAction":"x"}}`,
      'the member  NotAction is not one that IAM writes',
    ],
    ['"a":1', 'it is not JSON'],
    ['{1:2,1:3}', 'it is not JSON'],
    [`{"Statement":{${ALLOW},"\\u0041ction":"iam:*"}}`, 'the member Action occurs twice'],
    [
      `{"Statement":{${ALLOW},"Condition":{"NumericEquals":{"a":1.0}}}}`,
      'a number cannot be kept exactly',
    ],
  ])('%s is not read: %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason)
  })

  test('may have texts that look like members, and members of one name in two objects', () => {
    const tricky = `{"Statement":[{"Sid":"\\"Effect\\":","Effect":"Allow","Action":"a:{","Resource":["}","]"]},{${ALLOW}}]}`
    expect(reasonOf(tricky)).toBe('read')
  })

  test('means the same in another order, in another case of actions, as text or list', () => {
    const left = `{"Version":"2012-10-17","Statement":{"Sid":"x",${ALLOW}}}`
    const right =
      '{"Statement":[{"Resource":["*"],"Action":["A:b"],"Effect":"Allow","Sid":"x"}],"Version":"2012-10-17"}'
    expect(meansTheSame(left, right)).toBe(true)
    expect(meansTheSame(left, right.replace('"*"', '"arn:*"'))).toBe(false)
    expect(meansTheSame(left, right.replace('2012', '2008'))).toBe(false)
    expect(meansTheSame('{', '{ ')).toBe(false)
    expect(meansTheSame(left, '{')).toBe(false)
    expect(meansTheSame('{', '{')).toBe(true)
  })

  test('means the same by NotAction and NotResource in another case of actions, as text or list', () => {
    const left = '{"Statement":{"Effect":"Allow","NotAction":"a:B","NotResource":"x"}}'
    const right = '{"Statement":[{"Effect":"Allow","NotAction":["A:b"],"NotResource":["x"]}]}'
    expect(meansTheSame(left, right)).toBe(true)
    expect(meansTheSame(left, right.replace('NotResource', 'Resource'))).toBe(false)
  })

  test('means something else where a list is an object with numbers for names', () => {
    const one = (value: string) =>
      `{"Statement":{${ALLOW},"Condition":{"StringEquals":{"a":${value}}}}}`
    expect(meansTheSame(one('["x"]'), one('{"0":"x"}'))).toBe(false)
  })

  test('keeps a single statement, action or resource without a list only where one is left', () => {
    const { document, statement } = parsed(`{"Statement":{${ALLOW}}}`)
    const other = withActions(statement, ['c:D'])
    expect(other.source).toEqual({ Effect: 'Allow', Action: 'c:D', Resource: '*' })
    expect(withActions(statement, ['c:D', 'e:F']).source['Action']).toEqual(['c:D', 'e:F'])
    const elsewhere = withResources(statement, ['x'])
    expect(elsewhere.source).toEqual({ Effect: 'Allow', Action: 'a:B', Resource: 'x' })
    expect(elsewhere.resources).toEqual({ kind: 'these', patterns: ['x'] })
    const printed = (...statements: readonly Statement[]) =>
      JSON.parse(printPolicyDocument({ ...document, statements })) as unknown
    expect(printed(other)).toEqual({ Statement: other.source })
    expect(printed(other, elsewhere)).toEqual({ Statement: [other.source, elsewhere.source] })
    expect(printed()).toEqual({ Statement: [] })
  })
})
