/** Lists in other forms are told as what they are, once, and what is in them is still checked. */

import { describe, expect, test } from '@jest/globals'
import { type Given, problems } from './given'

const messagesOf = (given: Given) => problems(given).map((text) => text.replace(/^[\w-]+: /, ''))

describe('a list in another form is told as what it is', () => {
  test.each<[keyof Given, string, string]>([
    ['functions', '["orders", "cart"]', '`functions` is a JSON array.'],
    ['functions', '[\n  "orders",\n  "cart"\n]', '`functions` is a JSON array.'],
    ['functions', "['orders', 'cart']", '`functions` is a list in brackets.'],
    ['functions', '[orders, cart]', '`functions` is a list in brackets.'],
    ['functions', '- orders\n- cart', '`functions` is a YAML list,'],
    ['functions', '{"orders": true}', '`functions` is a JSON object.'],
    ['regions', '["eu-west-1"]', '`regions` is a JSON array.'],
    ['accept', '["drift", "log-loss"]', '`accept` is a JSON array.'],
    ['allowed-account-ids', '["123456789012"]', '`allowed-account-ids` is a JSON array.'],
    ['resource-attributes', '["team=shop"]', '`resource-attributes` is a JSON array.'],
    ['headers', '["x-team=shop"]', '`headers` is a JSON array.'],
    ['headers', '{"x-team": "shop"}', '`headers` is a JSON object.'],
    ['rotel-environment', '- ROTEL_LOG_FORMAT=json', '`rotel-environment` is a YAML list,'],
  ])('%s: %j', (name, value, beginning) => {
    const messages = messagesOf({ [name]: value }).filter((text) => text.includes(`\`${name}\``))
    expect(messages.filter((text) => !text.includes('is empty'))).toEqual([
      expect.stringMatching(`^${beginning.replaceAll('.', '\\.')}`),
    ])
    expect(messages.join()).not.toContain('shop')
  })

  test('and a fault in it is told beside', () => {
    const messages = messagesOf({ accept: '["drfit"]' })
    expect(messages).toEqual([
      expect.stringContaining('is a JSON array'),
      expect.stringContaining('Did you mean `drift`?'),
    ])
  })
})

describe('an item of `functions` is told as what it is', () => {
  test.each([
    ['function:orders', 'is a partial ARN: use the name `orders`'],
    ['function:orders:live', 'is a partial ARN: use the name `orders`'],
    ['123456789012:function:orders', 'is a partial ARN: use the name `orders`'],
    ['lambda:eu-west-1:123456789012:function:orders', 'is a partial ARN: use the name `orders`'],
    ['orders:live', 'names a version or alias'],
    ['"orders"', 'is in quotes: omit them'],
    ["'orders'", 'is in quotes: omit them'],
    ['orders cart', 'contains a space: set one item per line'],
    ['orders/cart', 'is not a function name'],
  ])('%s', (item, words) => {
    expect(messagesOf({ functions: item })).toEqual([expect.stringContaining(words)])
  })
})
