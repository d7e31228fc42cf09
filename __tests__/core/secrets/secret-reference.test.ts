/** References to secrets: the forms that are taken, those that Rotel would fail at, and what is secret beside them. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  hasSuffix,
  parseSecretReference,
  partsBesideReferences,
  readSecretValue,
  referencesIn,
  writeSecretReference,
} from '../../../src/systems/rotel/secret-reference'

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/clickstack-AbCdEf'
const PARAMETER = 'arn:aws:ssm:eu-west-1:123456789012:parameter/clickstack/key'

const problemIn = (text: string): string => {
  const parsed = parseSecretReference(text)
  return parsed !== undefined && 'problem' in parsed ? parsed.problem : ''
}

describe('a whole reference', () => {
  test.each([
    [SECRET, undefined],
    [`${SECRET}#api_key`, 'api_key'],
    [`\${${SECRET}}`, undefined],
    [`\${${SECRET}#k}`, 'k'],
    [`secret://${SECRET}#k`, 'k'],
    [` ${SECRET}\n`, undefined],
  ])('%j is a lookup in Secrets Manager', (text, key) => {
    expect(parseSecretReference(text)).toEqual({
      service: 'secretsmanager',
      partition: 'aws',
      region: 'eu-west-1',
      account: '123456789012',
      arn: SECRET,
      name: 'team/clickstack-AbCdEf',
      key,
    })
  })

  test.each([PARAMETER, `\${${PARAMETER}}`, `secret://${PARAMETER}`])(
    '%j is a lookup in Parameter Store',
    (text) => {
      expect(parseSecretReference(text)).toMatchObject({
        service: 'ssm',
        arn: PARAMETER,
        name: 'clickstack/key',
        key: undefined,
      })
    },
  )

  test.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws', 'ap-southeast-2'],
  ])('%s has %s', (partition, region) => {
    const arn = SECRET.replace('arn:aws:', `arn:${partition}:`).replace('eu-west-1', region)
    expect(parseSecretReference(arn)).toMatchObject({ partition, region })
  })

  test.each(['', 'ingestion-key', '${function}', 'Bearer abc', 'a secret://x'])(
    '%j is not meant as one',
    (text) => {
      expect(parseSecretReference(text)).toBeUndefined()
    },
  )

  test.each([
    ['too few parts', 'arn:aws:ssm:eu-west-1:123456789012', 'six or seven non-empty parts'],
    ['an empty part', SECRET.replace('eu-west-1', ''), 'six or seven non-empty parts'],
    ['the form of ECS', `${SECRET}:key:AWSCURRENT:`, 'six or seven non-empty parts'],
    ['the form of ECS, in full', `${SECRET}:key:AWSCURRENT:1`, 'append `#key`'],
    ['another service', 'arn:aws:s3:::bucket/x', 'six or seven non-empty parts'],
    ['another service', 'arn:aws:kms:eu-west-1:123456789012:key/1234', 'another service'],
    ['the region of another partition', SECRET.replace('eu-west-1', 'cn-north-1'), 'region'],
    ['a partition without that region', SECRET.replace('arn:aws:', 'arn:aws-cn:'), 'region'],
    ['a partition out of reach', SECRET.replace('arn:aws:', 'arn:aws-iso:'), 'does not support'],
    ['a short account', SECRET.replace('123456789012', '1234'), 'twelve digits'],
    ['another kind of resource', SECRET.replace(':secret:', ':policy:'), 'ARN of a secret'],
    ['no name', SECRET.replace('team/clickstack-AbCdEf', 'a b'), 'ARN of a secret'],
    ['an empty key', `${SECRET}#`, '`#key`'],
    ['two keys', `${SECRET}#a#b`, '`#key`'],
    ['a key with a comma', `${SECRET}#a,b`, '`#key`'],
    ['a version of a parameter', `${PARAMETER}:3`, 'a version or label'],
    ['a key of a parameter', `${PARAMETER}#k`, 'only Secrets Manager supports'],
    ['no parameter', PARAMETER.replace('parameter/', 'document/'), 'ARN of a parameter'],
    ['no ARN', 'secret://clickstack', 'an ARN does not follow'],
  ])('%s is told', (_, text, why) => {
    expect(problemIn(text)).toContain(why)
    expect(problemIn(`\${${text}}`)).toBe(text.startsWith('arn:') ? problemIn(text) : '')
  })

  test('written as Rotel resolves it, it is the same again', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9/_+=.@-]{1,30}$/)
    const key = fc.option(fc.stringMatching(/^[A-Za-z0-9_.-]{1,10}$/), { nil: undefined })
    fc.assert(
      fc.property(name, key, fc.constantFrom('', '${', 'secret://'), (n, k, form) => {
        const arn = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${n}${k === undefined ? '' : `#${k}`}`
        const parsed = parseSecretReference(`${form}${arn}${form === '${' ? '}' : ''}`)
        if (parsed === undefined || 'problem' in parsed) throw new Error(arn)
        expect(writeSecretReference(parsed)).toBe(`\${${arn}}`)
        expect(parseSecretReference(writeSecretReference(parsed))).toEqual(parsed)
      }),
    )
  })
})

describe('a value', () => {
  test.each([
    ['plain', 'plain', 0],
    [SECRET, `\${${SECRET}}`, 1],
    [`Bearer \${${SECRET}#k}`, `Bearer \${${SECRET}#k}`, 1],
    [`\${${SECRET}}:\${${PARAMETER}}`, `\${${SECRET}}:\${${PARAMETER}}`, 2],
  ])('%j is written as %j', (text, written, references) => {
    const value = readSecretValue(text)
    if ('problem' in value) throw new Error(value.problem)
    expect(value.written).toBe(written)
    expect(value.references).toHaveLength(references)
  })

  test.each([
    [`Bearer ${SECRET}`, 'in the middle'],
    [`Bearer secret://${SECRET}`, 'in the middle'],
    ['Bearer ${NAME}', 'not part of'],
    [`Bearer \${${SECRET}`, 'not part of'],
    [`Bearer \${${PARAMETER}:2}`, 'a version or label'],
  ])('%j is none', (text, why) => {
    expect(readSecretValue(text)).toEqual({ problem: expect.stringContaining(why) })
  })

  test('is secret beside its references only', () => {
    expect(partsBesideReferences(SECRET)).toEqual([])
    expect(partsBesideReferences(`secret://${SECRET}`)).toEqual([])
    expect(partsBesideReferences(`a\${${SECRET}}b\${${PARAMETER}}`)).toEqual(['a', 'b'])
    expect(partsBesideReferences('${arn:hunter2}')).toEqual(['${arn:hunter2}'])
    expect(partsBesideReferences('plain')).toEqual(['plain'])
  })

  test('without references is secret as a whole, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('arn:aws')),
        (text) => {
          expect(partsBesideReferences(text)).toEqual([text])
        },
      ),
    )
  })
})

test('Rotel looks up each reference once, in its own variables only', () => {
  const found = referencesIn([
    ['ROTEL_A', `x=\${${SECRET}#a},y=\${${SECRET}#b}`],
    ['ROTEL_B', `secret://${PARAMETER}`],
    ['ROTEL_C', `\${${PARAMETER}}`],
    ['ROTEL_D', `in the middle secret://${PARAMETER}`],
    ['OTEL_E', `\${${SECRET}}`],
  ])
  expect(found.map(writeSecretReference)).toEqual([
    `\${${SECRET}#a}`,
    `\${${SECRET}#b}`,
    `\${${PARAMETER}}`,
  ])
})

test('a name with six characters behind a dash looks like one with its suffix', () => {
  const suffixed = (name: string) => {
    const parsed = parseSecretReference(
      `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`,
    )
    return parsed !== undefined && !('problem' in parsed) && hasSuffix(parsed)
  }
  expect(suffixed('clickstack-AbCdEf')).toBe(true)
  expect(suffixed('clickstack')).toBe(false)
  expect(suffixed('clickstack-key')).toBe(false)
})
