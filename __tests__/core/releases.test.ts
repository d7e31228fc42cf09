/** The newest layer version, read out of release notes that may not be ready yet. */

import { expect, test } from '@jest/globals'
import { parseFunctionArn } from '../../src/systems/lambda/function-arn'
import { layerArnText, parseLayerArn } from '../../src/systems/lambda/layer-arn'
import { latestVersions, type Release } from '../../src/systems/rotel/releases'

const notes = (x86: string, arm: string, region = 'eu-west-1') =>
  `## Lambda Layer Versions by Region\r\n\r\n| Region | x86-64 | arm64 |\r\n|---|---|---|\r\n| ${region} | ${x86} | ${arm} |\r\n`

const release = (tag: string, text: string, given: Partial<Release> = {}): Release => ({
  tag,
  draft: false,
  prerelease: false,
  notes: text,
  ...given,
})

test.each<[string, readonly Release[], number | undefined, number | undefined]>([
  ['one release', [release('v0.1.6', notes('7', '8'))], 7, 8],
  [
    'the highest number counts, not the order',
    [release('v0.1.9', notes('9', '9')), release('v0.1.10', notes('10', '10'))],
    10,
    10,
  ],
  [
    'a fresh release without its table',
    [release('v0.1.7', 'Fixes'), release('v0.1.6', notes('7', '7'))],
    7,
    7,
  ],
  [
    'a cell that is not there yet',
    [release('v0.1.7', notes('8', 'N/A')), release('v0.1.6', notes('7', '7'))],
    8,
    7,
  ],
  [
    'another region only',
    [release('v0.1.7', notes('8', '8', 'us-east-1')), release('v0.1.6', notes('7', '7'))],
    7,
    7,
  ],
  [
    'drafts, prereleases and odd tags',
    [
      release('v0.2.0', notes('20', '20'), { draft: true }),
      release('v0.2.1', notes('21', '21'), { prerelease: true }),
      release('v0.3.0-rc1', notes('30', '30')),
      release('latest', notes('31', '31')),
      release('v0.1.6', notes('7', '7')),
    ],
    7,
    7,
  ],
  ['nothing', [], undefined, undefined],
])('%s', (_, releases, x86, arm) => {
  const latest = latestVersions(releases)
  expect([latest('eu-west-1', 'x86_64'), latest('eu-west-1', 'arm64')]).toEqual([x86, arm])
})

test.each([
  ['arn:aws:lambda:eu-west-1:123456789012:layer:a:1'],
  ['arn:aws-us-gov:lambda:us-gov-west-1:123456789012:layer:a_b-C:42'],
])('%s is a layer’s ARN, and is written as it was read', (text) => {
  const arn = parseLayerArn(text)
  expect(arn && layerArnText(arn)).toBe(text)
})

test.each([
  ['arn:aws:lambda:eu-west-1:123456789012:layer:a'],
  ['arn:aws:lambda:eu-west-1:123456789012:layer:a:1:2'],
  ['arn:aws:lambda:eu-west-1:12345:layer:a:1'],
  ['arn:aws:lambda:::awslayer:AmazonLinux1803'],
  ['xarn:aws:lambda:eu-west-1:123456789012:layer:a:1'],
  ['arn:aws:lambda:eu-west-1:123456789012:layer:a:1\n'],
])('%j is none', (text) => {
  expect(parseLayerArn(text)).toBeUndefined()
})

test('a function’s ARN loses its qualifier', () => {
  const text = 'arn:aws:lambda:eu-west-1:123456789012:function:orders'
  for (const qualifier of ['', ':$LATEST', ':live', ':7']) {
    expect(parseFunctionArn(`${text}${qualifier}`)).toMatchObject({ text, name: 'orders' })
  }
  expect(parseFunctionArn(`${text}:7:8`)).toBeUndefined()
})
