import { expect, test } from '@jest/globals'
import { problems, settings, warnings } from './given'

test('service.name may come from either input, and leaves the attributes', () => {
  expect(settings({ 'service-name': 'shop' }).serviceName).toBe('shop')
  const { serviceName, resourceAttributes } = settings({
    'resource-attributes': 'service.name=shop\nservice.version=1.0.0',
  })
  expect(serviceName).toBe('shop')
  expect(resourceAttributes).toEqual([{ name: 'service.version', value: '1.0.0' }])
  expect(settings().serviceName).toBeUndefined()
})

test('service.name comes from one input', () => {
  expect(problems({ 'service-name': 'shop', 'resource-attributes': 'service.name=shop' })).toEqual([
    expect.stringMatching(/^resource-attributes: .*Set only one of them/),
  ])
})

test.each([
  ['two functions', 'orders\ncart'],
  ['a pattern', 'orders-*'],
])('%s cannot share one name', (_, functions) => {
  const given = { functions, 'smoke-test': 'always' }
  expect(problems({ ...given, 'service-name': 'shop' })).toEqual([
    expect.stringMatching(/^service-name: .*Add `\{function\}` to it/),
  ])
  expect(problems({ ...given, 'resource-attributes': 'service.name=shop' })).toEqual([
    expect.stringMatching(/^resource-attributes: .*Add `\{function\}` to it/),
  ])
  expect(settings({ ...given, 'service-name': 'shop-{function}' }).serviceName).toBe(
    'shop-{function}',
  )
})

test('one function among excludes is one function', () => {
  expect(problems({ functions: 'orders\n!cart', 'service-name': 'shop' })).toEqual([])
})

test.each(['{name}', '{function', 'a}', '${function}{x}'])('%s is no service name', (name) => {
  expect(problems({ 'service-name': name })).toEqual([
    expect.stringContaining('The only placeholder is `{function}`'),
  ])
})

test.each([
  ['a,b', 'every comma'],
  ['shop ', 'begins or ends with a space'],
  ['shop\n', 'a line break'],
])('service name %j is refused', (name, why) => {
  expect(problems({ 'service-name': name })).toEqual([expect.stringContaining(why)])
})

test.each([
  ['env', 'without `=`'],
  ['env=prod,team=shop', 'Set one attribute a line'],
  ['en v=prod', 'a space in its name'],
  ['=prod', 'no name'],
  ['env=', 'no value'],
  ['env=${arn:aws:ssm:x}', 'in every row'],
])('attribute %s is refused', (line, why) => {
  expect(problems({ 'resource-attributes': line })).toEqual([
    expect.stringMatching(/^resource-attributes: `resource-attributes`: line 1 /),
  ])
  expect(problems({ 'resource-attributes': line })[0]).toContain(why)
})

test.each([
  [{ 'service-name': '"shop"' }, '`service-name` '],
  [{ 'resource-attributes': 'env="prod"' }, '`resource-attributes`: line 1 '],
  [{ 'resource-attributes': 'env= prod' }, '`resource-attributes`: line 1 '],
])('%j arrives as it is, so there is a warning', (given, where) => {
  expect(warnings(given)).toEqual([expect.stringContaining(where)])
})

test('an attribute is set once', () => {
  expect(problems({ 'resource-attributes': 'env=a\nenv=b' })).toEqual([
    expect.stringContaining('line 2 sets "env" a second time'),
  ])
})

test('values may hold equals signs, blanks inside and other alphabets', () => {
  expect(settings({ 'resource-attributes': 'team=Größe = ∞' }).resourceAttributes).toEqual([
    { name: 'team', value: 'Größe = ∞' },
  ])
})

test('resource-attributes leaves faas.* to Rotel, which tells functions apart by it', () => {
  for (const name of ['faas.name', 'faas.version', 'faas.invoked_region']) {
    expect(problems({ 'resource-attributes': `${name}=other` })).toEqual([
      expect.stringMatching(`^resource-attributes: \`resource-attributes\` sets \`${name}\``),
    ])
  }
})
