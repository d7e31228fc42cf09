/** What the name of a layer tells of it, which of two is newer, and which runtimes a release lists. */

import { describe, expect, test } from '@jest/globals'
import {
  instrumentationLayer,
  isNewer,
  layerFamily,
  listsRuntime,
} from '../../../src/systems/instrumentation/distributions'
import { parseLayerArn } from '../../../src/systems/lambda/layer-arn'
import { layer } from '../support/functions'
import { ADOT, COMMUNITY } from './support'

describe('the name of a layer', () => {
  test.each([
    [COMMUNITY, 'opentelemetry-nodejs-0_23_0', 'opentelemetry', 'nodejs', [0, 23, 0]],
    [COMMUNITY, 'opentelemetry-nodejs-10_2_11', 'opentelemetry', 'nodejs', [10, 2, 11]],
    [COMMUNITY, 'opentelemetry-python-0_21_0', 'opentelemetry', 'python', [0, 21, 0]],
    [COMMUNITY, 'opentelemetry-ruby-0_10_0', 'opentelemetry', 'ruby', [0, 10, 0]],
    [COMMUNITY, 'opentelemetry-javaagent-0_21_0', 'opentelemetry', 'java-agent', [0, 21, 0]],
    [COMMUNITY, 'opentelemetry-javawrapper-1', 'opentelemetry', 'java-wrapper', [1]],
    [ADOT, 'aws-otel-nodejs-amd64-ver-1-30-2', 'adot', 'nodejs', [1, 30, 2]],
    [ADOT, 'aws-otel-nodejs-arm64-ver-12-0-10', 'adot', 'nodejs', [12, 0, 10]],
    [ADOT, 'aws-otel-python-arm64-ver-1-32-0', 'adot', 'python', [1, 32, 0]],
    [ADOT, 'aws-otel-ruby-arm64-ver-1-2', 'adot', 'ruby', [1, 2]],
    [ADOT, 'aws-otel-java-agent-amd64-ver-1-32-0', 'adot', 'java-agent', [1, 32, 0]],
    [ADOT, 'aws-otel-java-wrapper-arm64-ver-1-32-0', 'adot', 'java-wrapper', [1, 32, 0]],
  ])('%s %s tells what it is', (account, name, distribution, component, release) => {
    expect(instrumentationLayer({ account, name })).toEqual({ distribution, component, release })
    expect(layerFamily({ account, name })).toBe(`${distribution} ${component}`)
  })

  test.each([
    [COMMUNITY, 'my-opentelemetry-nodejs-0_23_0'],
    [COMMUNITY, 'opentelemetry-nodejs-0_23_0-custom'],
    [COMMUNITY, 'opentelemetry-nodejs'],
    [COMMUNITY, 'opentelemetry-collector-amd64-0_23_0'],
    [COMMUNITY, 'aws-otel-nodejs-amd64-ver-1-30-2'],
    [ADOT, 'my-aws-otel-nodejs-amd64-ver-1-30-2'],
    [ADOT, 'aws-otel-nodejs-amd64-ver-1-30-2-x'],
    [ADOT, 'aws-otel-nodejs-x86-ver-1-30-2'],
    [ADOT, 'aws-otel-collector-amd64-ver-0-90-1'],
    [ADOT, 'opentelemetry-nodejs-0_23_0'],
    ['123456789012', 'opentelemetry-nodejs-0_23_0'],
  ])('%s %s is that of a layer by itself', (account, name) => {
    expect(instrumentationLayer({ account, name })).toBeUndefined()
    expect(layerFamily({ account, name })).toBe(`${account}:${name}`)
  })
})

describe('the newer one of two', () => {
  const arn = (name: string, version: number) => {
    const parsed = parseLayerArn(layer(name, version, COMMUNITY))
    if (parsed === undefined) throw new Error(name)
    return parsed
  }

  test.each([
    ['opentelemetry-nodejs-0_23_0', 1, 'opentelemetry-nodejs-0_22_0', 1],
    ['opentelemetry-nodejs-0_10_0', 1, 'opentelemetry-nodejs-0_9_9', 9],
    ['opentelemetry-nodejs-1_0_0', 1, 'opentelemetry-nodejs-0_23_0', 1],
    ['opentelemetry-nodejs-0_23_0', 2, 'opentelemetry-nodejs-0_23_0', 1],
    ['an-own-copy', 10, 'an-own-copy', 9],
  ])('is %s:%i, and not %s:%i', (newer, version, older, before) => {
    expect(isNewer(arn(newer, version), arn(older, before))).toBe(true)
    expect(isNewer(arn(older, before), arn(newer, version))).toBe(false)
  })

  test('is neither where both are the same', () => {
    const one = arn('opentelemetry-nodejs-0_23_0', 1)
    expect(isNewer(one, one)).toBe(false)
  })
})

test.each([
  ['opentelemetry', 'nodejs', 'nodejs22.x', true],
  ['opentelemetry', 'nodejs', 'nodejs18.x', false],
  ['opentelemetry', 'python', 'python3.99', true],
  ['opentelemetry', 'java', 'java21', true],
  ['opentelemetry', 'java', 'java25', false],
  ['adot', 'python', 'python3.13', true],
  ['adot', 'python', 'python3.14', false],
  ['adot', 'java', 'java21', false],
] as const)('%s for %s lists %s, or lists none: %s', (distribution, language, runtime, lists) => {
  expect(listsRuntime(distribution, language, runtime)).toBe(lists)
})
