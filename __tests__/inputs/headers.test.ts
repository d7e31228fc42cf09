import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { otlp, parse, problems, warnings } from './given'

test("the API key's Authorization comes first, raw or with its scheme", () => {
  const headers = 'x-team=shop\nx-query=a=b'
  expect(otlp({ 'api-key': 'k3y', headers }).headers).toEqual([
    { name: 'Authorization', value: 'k3y' },
    { name: 'x-team', value: 'shop' },
    { name: 'x-query', value: 'a=b' },
  ])
  expect(otlp({ 'api-key': 'k3y', 'api-key-scheme': 'bearer' }).headers).toEqual([
    { name: 'Authorization', value: 'Bearer k3y' },
  ])
})

test.each([
  ['a comma', 'hunter2,x', 'every comma'],
  ['a line break at its end', 'hunter2\n', 'a line break'],
  ['a tab', 'hun\tter2', 'a control character'],
  ['the name of its header', 'Authorization=hunter2', 'Set the key alone'],
  [
    'a reference to a version',
    '${arn:aws:ssm:eu-west-1:123456789012:parameter/hunter2:3}',
    'a version',
  ],
  ['a reference that is cut off', '${arn:aws:ssm:eu-west-1:123456789012:parameter/hunter2', '`${`'],
  ['half a reference', 'secret://arn:hunter2', 'not a complete ARN'],
  ['no ARN behind it', 'secret://hunter2', 'an ARN does not follow'],
  [
    'an ARN of another service',
    'arn:aws:kms:eu-west-1:123456789012:key/hunter2',
    'another service',
  ],
])('an api-key with %s is refused without being repeated', (_, key, why) => {
  expect(problems({ 'api-key': key })).toEqual([expect.stringMatching(/^api-key: /)])
  expect(problems({ 'api-key': key })[0]).toContain(why)
  expect(problems({ 'api-key': key })[0]).not.toContain('hunter2')
})

test.each([
  ['quotes', '"hunter2"', 'a quote'],
  ['a single quote', "'hunter2", 'a quote'],
  ['a blank at its end', 'hunter2 ', 'begins or ends with a space'],
  ['an accent', 'hünter2', 'outside ASCII'],
])('an api-key with %s runs, so there is a warning that does not repeat it', (_, key, why) => {
  const [warning = ''] = warnings({ 'api-key': key })
  expect(warning).toContain(why)
  expect(warning).not.toMatch(/h.nter2/)
  expect(otlp({ 'api-key': key }).headers).toEqual([{ name: 'Authorization', value: key }])
  expect(warnings({ headers: `x-team=${key.trim()}\nx-more=1` }).length).toBe(
    key.endsWith(' ') ? 0 : 1,
  )
})

test.each(['content-type', 'Content-Length', 'content-encoding', 'grpc-encoding'])(
  'the header %s is the transport’s own, and is refused',
  (name) => {
    const found = problems({ headers: `x-a=1\n${name}=hunter2` })
    expect(found).toEqual([expect.stringContaining('`headers`: line 2 sets ')])
    expect(found[0]).toContain('every export fails')
    expect(found[0]).not.toContain('hunter2')
  },
)

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
const PARAMETER = 'arn:aws:ssm:eu-west-1:123456789012:parameter/clickstack/key'

test.each([
  [SECRET, `\${${SECRET}}`],
  [`${SECRET}#api_key`, `\${${SECRET}#api_key}`],
  [`\${${SECRET}}`, `\${${SECRET}}`],
  [`secret://${SECRET}#k\n`, `\${${SECRET}#k}`],
  [PARAMETER, `\${${PARAMETER}}`],
])('the reference %j is written as Rotel resolves it in a list', (given, written) => {
  expect(otlp({ 'api-key': given }).headers).toEqual([{ name: 'Authorization', value: written }])
  expect(otlp({ 'api-key': given, 'api-key-scheme': 'bearer' }).headers).toEqual([
    { name: 'Authorization', value: `Bearer ${written}` },
  ])
  expect(
    otlp({ 'api-key': '', headers: `authorization=Bearer ${written}\nx-key=${given}` }).headers,
  ).toEqual([
    { name: 'authorization', value: `Bearer ${written}` },
    { name: 'x-key', value: written },
  ])
})

test('a key that brings its scheme along is refused with bearer, and a warning without', () => {
  expect(problems({ 'api-key': 'bearer k3y', 'api-key-scheme': 'bearer' })).toHaveLength(1)
  expect(warnings({ 'api-key': 'Bearer k3y' })).toEqual([
    expect.stringContaining('`api-key-scheme: bearer`'),
  ])
  expect(otlp({ 'api-key': 'Bearer k3y' }).headers).toEqual([
    { name: 'Authorization', value: 'Bearer k3y' },
  ])
})

test('Authorization is set once, in whatever case', () => {
  expect(problems({ headers: 'AUTHORIZATION=x1234' })).toEqual([
    'headers: `headers` sets `Authorization`, and `api-key` does so too. Set only one of them.',
  ])
  expect(otlp({ 'api-key': '', headers: 'authorization=x1234' }).headers).toHaveLength(1)
})

test('without any authorization there is a warning, where something is sent', () => {
  expect(warnings({ 'api-key': '' })).toEqual([expect.stringContaining('`api-key` is not set')])
  expect(warnings({ 'api-key': '', headers: 'authorization=x1234' })).toEqual([])
  expect(warnings({ 'api-key': '', mode: 'plan' })).toEqual([])
})

test.each([
  ['no equals sign', 'hunter2', 'has no `=`'],
  ['a colon form', 'Authorization: hunter2=', 'has a space in its name'],
  ['no name', '=hunter2', 'has no name'],
  ['no value', 'hunter2=', 'has no value'],
  ['a blank before the equals sign', 'x-team =hunter2', 'has a space in its name'],
  ['a comma', 'x-team=hunter2,x', 'every comma'],
  ['a character that names cannot have', 'x(team)=hunter2', 'HTTP does not allow'],
  ['half a reference', 'x-team=${arn:hunter2}', 'not a complete ARN'],
  ['a reference in the middle', 'x-team=a secret://arn:hunter2', 'in the middle'],
])('a header with %s is refused by its line alone', (_, line, why) => {
  const found = problems({ headers: `# more\nx-a=1\n\n${line}` })
  expect(found).toEqual([expect.stringMatching(/^headers: `headers`: line 4 /)])
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('hunter2')
})

test('a header is set once, in whatever case', () => {
  expect(problems({ headers: 'x-team=a\nX-Team=b' })).toEqual([
    'headers: `headers`: line 2 sets a header that an earlier line sets.',
  ])
})

/** As Rotel parses a list: src/init/parse.rs of v0.2.4. */
function asRotelParses(list: string): readonly (readonly [string, string])[] {
  return list
    .trimStart()
    .split(',')
    .filter((item) => item !== '')
    .map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)])
}

test('whatever is accepted, Rotel reads back exactly', () => {
  const part = fc.string({
    unit: fc.constantFrom(...Array.from('abXY-_ =,"\'\t\\:{}$é#')),
    minLength: 1,
    maxLength: 4,
  })
  const line = fc.tuple(part, part).map(([name, value]) => `${name}=${value}`)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
      for (const input of ['headers', 'resource-attributes'] as const) {
        const parsed = parse({ [input]: lines.join('\n') })
        if (!parsed.ok || parsed.inputs.mode !== 'apply') continue
        const choices = parsed.inputs.export
        if (choices.exporter !== 'otlp') continue
        const { headers, resourceAttributes } = choices
        const items = input === 'headers' ? headers : resourceAttributes
        const list = items.map(({ name, value }) => `${name}=${value}`).join(',')
        expect(asRotelParses(list)).toEqual(items.map(({ name, value }) => [name, value]))
      }
    }),
    { numRuns: 500 },
  )
})
