/** A function that somebody else has instrumented: found, named, and replaced only where that puts the other to rest. */

import { describe, expect, test } from '@jest/globals'
import { MARKER, readMarker } from '../../../src/model/ownership'
import {
  otherHandler,
  type OtherInstrumentation,
  otherLayer,
  otherWrapper,
} from '../../../src/systems/instrumentation/others'
import { parseLayerArn } from '../../../src/systems/lambda/layer-arn'
import { ACCOUNT, aFunction, layer, layersOf, variablesOf } from '../support/functions'
import {
  ADOT_NODE,
  attached,
  COMMUNITY,
  NODE,
  othersOf,
  PYTHON,
  refusal,
  removed,
  warningsOf,
  WRAPPER,
  wrapperOn,
} from './support'

const REPLACE = { wrapperConflict: 'replace' as const }
const withWrapper = (value: string, layers: readonly string[] = []) =>
  aFunction({ layers, variables: { [WRAPPER]: value } })

describe('found and named', () => {
  test.each([
    ['Datadog', layer('Datadog-Node22-x', 141, '464622532012')],
    ['Datadog', layer('dd-trace-java', 20, '464622532012')],
    ['New Relic', layer('NewRelicNodeJS22X', 105, '451483290750')],
    ['Dynatrace', layer('Dynatrace_OneAgent_1_329_2_20251114-045249_nodejs', 1, '725887861453')],
    ['Lumigo', layer('lumigo-node-tracer', 189, '114300393969')],
    ['Lambda Web Adapter', layer('LambdaAdapterLayerX86', 25, '753240598075')],
    ['aws-otel-nodejs-amd64-ver-1-30-2:1', ADOT_NODE],
    ['opentelemetry-nodejs-0_14_0:1', layer('opentelemetry-nodejs-0_14_0', 1, COMMUNITY)],
    ['opentelemetry-python-0_21_0:1', PYTHON],
    ['AWSOpenTelemetryDistroJs:14', layer('AWSOpenTelemetryDistroJs', 14, '615299751070')],
    ['AWSOpenTelemetryDistroPython:4', layer('AWSOpenTelemetryDistroPython', 4, '888577020596')],
  ])('%s by its layer', (name, arn) => {
    expect(refusal(aFunction({ layers: [arn] }))).toMatch(
      /^wrapper-conflict: the function is already instrumented by /,
    )
    expect(refusal(aFunction({ layers: [arn] }))).toContain(name)
  })

  test.each([
    ['Datadog (wrapper /opt/datadog_wrapper)', '/opt/datadog_wrapper'],
    ['Dynatrace (wrapper /opt/dynatrace)', '/opt/dynatrace'],
    ['wrapper /opt/otel-handler', '/opt/otel-handler'],
    ['wrapper /var/task/own.sh', '/var/task/own.sh'],
    ['wrapper of another kind', '/opt/x token=hunter2'],
    ['wrapper of another kind', 'token=hunter2/opt/x'],
  ])('%s by the wrapper', (name, value) => {
    expect(refusal(withWrapper(value))).toBe(
      `wrapper-conflict: the function is already instrumented by ${name}`,
    )
  })

  test.each([
    layer('Datadog-Extension', 93, '464622532012'),
    layer('Datadog-Extension-ARM', 93, '464622532012'),
    layer('NewRelicLambdaExtension', 81, '451483290750'),
    layer('Datadog-Node22-x', 141, ACCOUNT),
    layer('opentelemetry-nodejs-0_14_0-mine', 1, COMMUNITY),
  ])('%s is in nobody’s way', (arn) => {
    expect(refusal(aFunction({ layers: [arn] }))).toBeUndefined()
  })

  test.each([
    ['Datadog', 'datadog_lambda.handler.handler'],
    ['Datadog', '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler'],
    ['New Relic', 'newrelic_lambda_wrapper.handler'],
    ['New Relic', 'newrelic-lambda-wrapper.handler'],
    ['New Relic', 'com.newrelic.java.HandlerWrapper::handleRequest'],
    ['Lumigo', 'lumigo-auto-instrument.handler'],
  ])('%s by the handler %s, which no wrapper replaces', (vendor, handler) => {
    const found = `wrapper-conflict: the function is already instrumented by ${vendor} (handler ${handler})`
    expect(refusal(aFunction({ handler }))).toBe(found)
    expect(refusal(aFunction({ handler }), REPLACE)).toBe(
      `${found}, which \`wrapper-conflict: replace\` cannot replace`,
    )
  })

  test.each(['index.handler', 'constructor', 'toString'])('not a handler %s', (handler) => {
    expect(refusal(aFunction({ handler }))).toBeUndefined()
  })

  test('nobody looks where no instrumentation is asked for', () => {
    const fn = withWrapper('/opt/datadog_wrapper')
    expect(wrapperOn(attached(fn, 'none'))).toBe('/opt/datadog_wrapper')
  })

  test('`accept: foreign-settings` does not open it', () => {
    expect(refusal(withWrapper('/opt/lumigo_wrapper'), { acceptForeignSettings: true })).toMatch(
      /^wrapper-conflict/,
    )
  })
})

test.each<[string, (text: string) => OtherInstrumentation | undefined, string]>([
  ['files', ofLayer, PYTHON],
  ['files', ofLayer, layer('AWSOpenTelemetryDistroJs', 14, '615299751070')],
  ['wrapper', ofLayer, layer('dd-trace-java', 20, '464622532012')],
  ['application', ofLayer, layer('LambdaAdapterLayerX86', 25, '753240598075')],
  ['handler', otherHandler, 'datadog_lambda.handler.handler'],
  ['wrapper', otherWrapper, '/opt/datadog_wrapper'],
  ['wrapper', otherWrapper, '/var/task/own.sh'],
  ['application', otherWrapper, '/opt/bootstrap'],
])('another tool holds the function by its %s', (holdsBy, find, text) => {
  expect(find(text)?.holdsBy).toBe(holdsBy)
})

function ofLayer(text: string): OtherInstrumentation | undefined {
  const arn = parseLayerArn(text)
  return arn && otherLayer(arn)
}

describe('no conflict', () => {
  test('is a wrapper that is set to nothing, which comes back', () => {
    const fn = withWrapper('')
    expect(refusal(fn)).toBeUndefined()
    expect(wrapperOn(attached(fn))).toBe('/opt/otel-handler')
    expect(wrapperOn(removed(attached(fn)))).toBe('')
  })

  test('all others are named, whatever holds them', () => {
    const tracer = layer('dd-trace-java', 20, '464622532012')
    expect(refusal(withWrapper('/opt/dynatrace', [tracer]))).toBe(
      'wrapper-conflict: the function is already instrumented by Datadog (layer dd-trace-java:20), Dynatrace (wrapper /opt/dynatrace)',
    )
  })
})

describe('replaced', () => {
  test('the wrapper is ours, theirs stands in the marker, and everything else stays', () => {
    const tracer = layer('dd-trace-java', 20, '464622532012')
    const fn = aFunction({
      runtime: 'java21',
      layers: [tracer],
      variables: { [WRAPPER]: '/opt/datadog_wrapper', DD_SITE: 'datadoghq.eu' },
    })
    const after = attached(fn, REPLACE)
    expect(wrapperOn(after)).toBe('/opt/otel-handler')
    expect(layersOf(after)[0]).toBe(tracer)
    expect(readMarker(variablesOf(after).get(MARKER))).toMatchObject({
      replacedWrapper: '/opt/datadog_wrapper',
    })
    expect(warningsOf(fn, REPLACE)).toEqual([
      expect.stringContaining('replaces Datadog (layer dd-trace-java:20)'),
      expect.stringContaining('replaces Datadog (wrapper /opt/datadog_wrapper)'),
    ])
    expect(variablesOf(removed(after))).toEqual(variablesOf(fn))
  })

  test.each([
    ['the Lambda Web Adapter, which starts the application', '/opt/bootstrap', []],
    ['a layer whose files ours would get mixed with', '/opt/otel-instrument', [PYTHON]],
    ['ADOT’s layer', '/opt/otel-handler', [ADOT_NODE]],
  ])('not %s', (_, wrapper, layers) => {
    expect(refusal(withWrapper(wrapper, layers), REPLACE)).toMatch(
      /^wrapper-conflict: .*which `wrapper-conflict: replace` cannot replace$/,
    )
  })

  test('the same layer in another release, attached by somebody else, is used unchanged', () => {
    const theirs = layer('opentelemetry-nodejs-0_14_0', 1, COMMUNITY)
    const fn = withWrapper('/opt/otel-handler', [theirs])
    expect(refusal(fn)).toContain('opentelemetry-nodejs-0_14_0:1')
    const after = attached(fn, REPLACE)
    expect(othersOf(after)).toEqual([theirs])
    expect(warningsOf(fn, REPLACE)).toEqual([expect.stringContaining('is used unchanged')])
    expect(layersOf(removed(after))).toEqual([theirs])
    expect(variablesOf(removed(after))).toEqual(variablesOf(fn))
  })

  test('a wrapper of nobody in particular is replaced, and comes back', () => {
    const fn = withWrapper('/var/task/own.sh')
    expect(wrapperOn(attached(fn, REPLACE))).toBe('/opt/otel-handler')
    expect(warningsOf(fn, REPLACE)).toEqual([expect.stringContaining('/var/task/own.sh')])
    expect(wrapperOn(removed(attached(fn, REPLACE)))).toBe('/var/task/own.sh')
  })

  test('theirs comes back although somebody has taken ours away since', () => {
    const after = attached(withWrapper('/opt/datadog_wrapper'), REPLACE)
    const variables = new Map([...variablesOf(after)].filter(([name]) => name !== WRAPPER))
    const without = { ...after, environment: { readable: true as const, variables } }
    expect(wrapperOn(removed(without))).toBe('/opt/datadog_wrapper')
    expect(wrapperOn(attached(without))).toBe('/opt/otel-handler')
    expect(wrapperOn(removed(attached(without)))).toBe('/opt/datadog_wrapper')
  })

  test('a wrapper of theirs that is the wanted one is no conflict any more once the layer is ours', () => {
    const fn = withWrapper('/opt/otel-handler')
    expect(refusal(fn)).toContain('/opt/otel-handler')
    const after = attached(fn, REPLACE)
    expect(refusal(after)).toBeUndefined()
    expect(warningsOf(after)).toEqual([])
    expect(wrapperOn(removed(after))).toBe('/opt/otel-handler')
  })

  test('what somebody set in place of ours since is a conflict again, and theirs to keep', () => {
    const after = attached(withWrapper('/opt/datadog_wrapper'), REPLACE)
    const variables = new Map(variablesOf(after)).set(WRAPPER, '/opt/dynatrace')
    const meddled = { ...after, environment: { readable: true as const, variables } }
    expect(refusal(meddled)).toContain('/opt/dynatrace')
    expect(wrapperOn(removed(meddled))).toBe('/opt/dynatrace')
    expect(wrapperOn(removed(attached(meddled, REPLACE)))).toBe('/opt/dynatrace')
  })
})

describe('as wanted already, by somebody else', () => {
  test('is no conflict, and is not claimed', () => {
    const fn = withWrapper('/opt/otel-handler', [NODE])
    const after = attached(fn)
    expect(othersOf(after)).toEqual([NODE])
    const marker = readMarker(variablesOf(after).get(MARKER))
    expect(marker).not.toHaveProperty('instrumentation')
    expect(marker).not.toHaveProperty('replacedWrapper')
    expect(layersOf(removed(after))).toEqual([NODE])
    expect(wrapperOn(removed(after))).toBe('/opt/otel-handler')
  })

  test('but for the wrapper, which is then set, and goes again', () => {
    const fn = aFunction({ layers: [NODE] })
    expect(wrapperOn(attached(fn))).toBe('/opt/otel-handler')
    expect(variablesOf(removed(attached(fn)))).toEqual(new Map())
    expect(layersOf(removed(attached(fn)))).toEqual([NODE])
  })
})
