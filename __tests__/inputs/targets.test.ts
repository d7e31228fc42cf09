import { expect, test } from '@jest/globals'
import { accepted, problems } from './given'

const arn = (region: string) => `arn:aws:lambda:${region}:123456789012:function:orders`

test('regions come from the input, then from AWS_REGION, then from the ARNs', () => {
  const regions = (given: string, functions: string, region?: string) =>
    accepted({ regions: given, functions }, region === undefined ? {} : { region }).targets.regions

  expect(regions('eu-west-1, us-east-1\nus-east-1', 'orders', 'sa-east-1')).toEqual([
    'eu-west-1',
    'us-east-1',
  ])
  expect(regions('', 'orders', 'sa-east-1')).toEqual(['sa-east-1'])
  expect(regions('', `${arn('us-east-1')}\n${arn('us-west-2')}`)).toEqual([
    'us-east-1',
    'us-west-2',
  ])
})

test('a name or pattern without any region is refused, and AWS_REGION is named', () => {
  for (const functions of ['orders', `${arn('us-east-1')}\norders`]) {
    expect(problems({ functions }, {})).toEqual([expect.stringMatching(/^regions: .*AWS_REGION/)])
  }
  expect(problems({ functions: 'or*', 'smoke-test': 'never' }, {})).toHaveLength(1)
})

test.each(['eu-west-1', 'us-gov-west-1', 'mx-central-1', 'eusc-de-east-1', 'us-isob-east-1'])(
  '%s is a region',
  (region) => expect(problems({ regions: region })).toEqual([]),
)

test.each(['eu-west-1a', 'Frankfurt', 'eu west 1', 'eu-west', '*'])('%s is no region', (region) => {
  expect(problems({ regions: region })).toEqual([
    `regions: \`regions\`: "${region}" is not a region. Use names such as \`eu-central-1\`.`,
  ])
})

test('an AWS_REGION that is none is told as such', () => {
  expect(problems({}, { region: 'eu-west-1a' })).toEqual([
    expect.stringContaining('`AWS_REGION` is "eu-west-1a"'),
  ])
})

test('amd64 is taken for x86_64, not for arm64, which it resembles', () => {
  expect(problems({ architecture: 'amd64' })).toEqual([
    'architecture: `architecture` is "amd64". Allowed: `auto`, `x86_64`, `arm64`. Did you mean `x86_64`?',
  ])
  expect(problems({ architecture: 'aarch64' })[0]).toContain('Did you mean `arm64`?')
})
