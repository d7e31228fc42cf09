/** Documents come out as they went in, or are not read at all. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  meansTheSame,
  parsePolicyDocument,
  printPolicyDocument,
} from '../../../src/systems/iam/policy-document'
import { documents } from './policy-sets'

const ALLOW = '"Effect":"Allow","Action":"a:B","Resource":"*"'

function reasonOf(text: string): string {
  const parsed = parsePolicyDocument(text)
  return parsed.kind === 'unreadable' ? parsed.because : 'read'
}

describe('a policy document', () => {
  test('is printed as it was read, blanks aside', () => {
    fc.assert(
      fc.property(documents(2), (text) => {
        const parsed = parsePolicyDocument(text)
        if (parsed.kind !== 'document') throw new Error(parsed.because)
        expect(printPolicyDocument(parsed.document)).toBe(JSON.stringify(JSON.parse(text)))
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
  })
})
