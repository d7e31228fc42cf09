/** Auto-instrumentation on a function: which layer, which wrapper, which way to Rotel; and all of it away again. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { detours, routeVariables } from '../../../src/systems/instrumentation/telemetry-route'
import { carriesRotel } from '../../../src/systems/rotel/carries-rotel'
import { MARKER, readMarker } from '../../../src/model/ownership'
import { planAttachment } from '../../../src/pipeline/plan/plan'
import {
  ACCOUNT,
  aFunction,
  foreignLayer,
  foreignVariables,
  layer,
  layerList,
  layersOf,
  ROTEL_X86,
  SOME_CONTEXT,
  someWanted,
  variablesOf,
} from '../support/functions'
import {
  ADOT,
  ADOT_NODE,
  type Asked,
  asked,
  attached,
  COMMUNITY,
  JAVA,
  NODE,
  othersOf,
  planFor,
  PYTHON,
  refusal,
  removed,
  warningsOf,
  WRAPPER,
  wrapperOn,
} from './support'

const team = layer('team-lib', 3, ACCOUNT)

describe('which layer and wrapper', () => {
  test.each<[string, 'x86_64' | 'arm64', Asked, string, string]>([
    ['nodejs22.x', 'x86_64', {}, NODE, '/opt/otel-handler'],
    ['nodejs24.x', 'arm64', {}, NODE, '/opt/otel-handler'],
    ['python3.13', 'x86_64', {}, PYTHON, '/opt/otel-handler'],
    ['java21', 'arm64', {}, JAVA, '/opt/otel-handler'],
    ['java25', 'x86_64', { language: 'java' }, JAVA, '/opt/otel-handler'],
    ['nodejs20.x', 'x86_64', { distribution: 'adot' }, ADOT_NODE, '/opt/otel-handler'],
    [
      'python3.12',
      'arm64',
      { distribution: 'adot' },
      layer('aws-otel-python-arm64-ver-1-32-0', 2, ADOT),
      '/opt/otel-instrument',
    ],
    [
      'java21',
      'x86_64',
      { distribution: 'adot' },
      layer('aws-otel-java-agent-amd64-ver-1-32-0', 6, ADOT),
      '/opt/otel-handler',
    ],
  ])('%s on %s with %j', (runtime, architecture, given, arn, wrapper) => {
    const after = attached(aFunction({ runtime, architecture, layers: [team] }), given)
    expect(othersOf(after)).toEqual([team, arn])
    expect(wrapperOn(after)).toBe(wrapper)
  })

  test('region, architecture and language of an own copy are filled in', () => {
    const arnTemplate = `arn:aws:lambda:{region}:${ACCOUNT}:layer:otel-{language}-{arch}:4`
    const fn = aFunction({ runtime: 'python3.12', architecture: 'arm64' })
    expect(othersOf(attached(fn, { arnTemplate }))).toEqual([
      layer('otel-python-arm64', 4, ACCOUNT),
    ])
    expect(refusal(fn, { arnTemplate: 'arn:aws:lambda:us-east-1:123456789012:layer:x:1' })).toMatch(
      /^instrumentation-unsupported: .*not in the function’s region/,
    )
  })

  test.each(['provided.al2023', 'ruby3.4', 'dotnet8'])(
    'a function on %s has none: with `auto` it is passed over and that is said',
    (runtime) => {
      const fn = aFunction({ runtime })
      expect(othersOf(attached(fn))).toEqual([])
      expect(wrapperOn(attached(fn))).toBeUndefined()
      expect(warningsOf(fn)).toEqual([
        expect.stringContaining(`auto-instrumentation does not support ${runtime}`),
      ])
      expect(refusal(fn, { language: 'nodejs' })).toMatch(
        /^instrumentation-unsupported: .*`auto-instrumentation` is `nodejs`/,
      )
    },
  )

  test('where Rotel has no layer, that is what is said', () => {
    const fn = aFunction({ partition: 'aws-us-gov', region: 'us-gov-west-1' })
    expect(refusal(fn)).toMatch(/^no-layer-in-partition/)
  })

  test.each([
    ['aws-cn', 'cn-north-1', {}, 'the partition aws'],
    ['aws', 'af-south-1', { distribution: 'adot' as const }, 'not published in af-south-1'],
    ['aws', 'af-south-1', {}, undefined],
  ])('with an own copy of Rotel in %s, %s and %j', (partition, region, given, why) => {
    const arnTemplate = `arn:${partition}:lambda:{region}:${ACCOUNT}:layer:rotel:3`
    const wanted = {
      ...someWanted(),
      layer: { kind: 'own-copy' as const, arnTemplate },
      instrumentation: asked(given),
    }
    const plan = planAttachment(aFunction({ partition, region }), wanted, SOME_CONTEXT)
    if (why === undefined) expect(plan.kind).toBe('change')
    else {
      expect(plan).toMatchObject({
        reason: 'instrumentation-unsupported',
        detail: expect.stringContaining(why),
      })
    }
  })

  test('a named language does not fit another runtime', () => {
    expect(refusal(aFunction({ runtime: 'python3.12' }), { language: 'java' })).toMatch(
      /^instrumentation-unsupported: the function’s runtime is python3.12/,
    )
  })

  test('a runtime that the release does not list is said', () => {
    expect(warningsOf(aFunction({ runtime: 'java25' }))).toEqual([
      expect.stringContaining('does not list java25'),
    ])
    expect(warningsOf(aFunction({ runtime: 'java21' }))).toEqual([])
    const arnTemplate = `arn:aws:lambda:{region}:${ACCOUNT}:layer:own-{language}:4`
    expect(warningsOf(aFunction({ runtime: 'java25' }), { arnTemplate })).toEqual([])
  })

  test('it is not taken for Rotel, by whatever name', () => {
    const arnTemplate = `arn:aws:lambda:{region}:${ACCOUNT}:layer:telemetry:4`
    const after = attached(aFunction({ layers: [team] }), { language: 'nodejs', arnTemplate })
    expect(carriesRotel(after)).toBe(true)
    const layers = after.layers.filter(({ arn }) => arn !== ROTEL_X86)
    expect(carriesRotel({ ...after, layers })).toBe(false)
  })

  test('the five layers of Lambda count it', () => {
    const libraries = [1, 2, 3, 4].map((n) => layer(`lib-${String(n)}`, 1, ACCOUNT))
    expect(refusal(aFunction({ layers: libraries.slice(1) }))).toBeUndefined()
    expect(refusal(aFunction({ layers: libraries }))).toBe(
      'layer-limit: the function has 4 layers and needs 2 more, but Lambda allows 5',
    )
  })
})

test('what is set for it counts in the bytes of variables', () => {
  // To the byte, wrapper and marker included.
  const fn = aFunction({ variables: { TABLE: 'x'.repeat(3507) } })
  expect(refusal(fn)).toBeUndefined()
  expect(refusal(aFunction({ variables: { TABLE: 'x'.repeat(3508) } }))).toMatch(
    /^environment-too-large/,
  )
  expect(refusal(fn, { distribution: 'adot' })).toMatch(/^environment-too-large/)
})

describe('the SDK’s way to Rotel', () => {
  const ours = (given: Asked, variables = {}) => {
    const after = variablesOf(attached(aFunction({ variables }), given))
    return Object.fromEntries(
      [...after].filter(([name]) => /^OTEL_|^ROTEL_OTLP_(GRPC|HTTP)_/.test(name)),
    )
  }

  test('needs nothing set where both have their defaults', () => {
    expect(ours({})).toEqual({})
  })

  test('leads around the collector that ADOT bundles', () => {
    expect(ours({ distribution: 'adot' })).toEqual({
      ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
      ROTEL_OTLP_HTTP_ENDPOINT: '127.0.0.1:5318',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    })
  })

  test('follows receivers that `rotel-environment` moves', () => {
    const environment = {
      ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:6317',
      ROTEL_OTLP_HTTP_ENDPOINT: '127.0.0.1:6318',
    }
    const sdk = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:6318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    }
    expect(ours({ environment })).toEqual({ ...environment, ...sdk })
    expect(ours({ environment, distribution: 'adot' })).toEqual({ ...environment, ...sdk })
  })

  test('takes gRPC’s port where `rotel-environment` asks for gRPC', () => {
    const environment = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
    expect(ours({ environment })).toEqual(environment)
    expect(ours({ environment, distribution: 'adot' })).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    })
  })

  test('is the user’s where `rotel-environment` says it', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5317' }
    expect(ours({ environment, distribution: 'adot' })).toEqual({
      ...environment,
      ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
      ROTEL_OTLP_HTTP_ENDPOINT: '127.0.0.1:5318',
    })
  })

  test.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com:4318' },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:9411/v1/traces' },
    { OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_TRACES_SAMPLER: 'always_off' },
    { OTEL_SDK_DISABLED: 'true' },
  ])('the function’s own %j stays, and is said', (variables) => {
    const fn = aFunction({ variables })
    for (const [name, value] of Object.entries(variables)) {
      expect(variablesOf(attached(fn)).get(name)).toBe(value)
      expect(warningsOf(fn)).toEqual([
        expect.stringContaining(`spans may not reach Rotel: ${name}`),
      ])
    }
  })

  test.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' },
    { OTEL_TRACES_SAMPLER: 'always_on', OTEL_SDK_DISABLED: 'false' },
  ])('the function’s own %j leads there too', (variables) => {
    expect(warningsOf(aFunction({ variables }))).toEqual([])
  })

  test('is lost by an endpoint that is no address', () => {
    const variables = new Map([['OTEL_EXPORTER_OTLP_ENDPOINT', 'the collector']])
    expect(detours(variables)).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT'])
  })

  test('is told to ADOT’s SDK also where Rotel has the usual port', () => {
    const given = new Map([['ROTEL_OTLP_HTTP_ENDPOINT', 'localhost:4318']])
    expect(routeVariables('opentelemetry', given)).toEqual(new Map())
    expect(routeVariables('adot', given).get('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe(
      'http://localhost:4318',
    )
  })

  test('is not set again where the user has set a part of it', () => {
    const given = new Map([
      ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
      ['ROTEL_OTLP_GRPC_ENDPOINT', '127.0.0.1:6317'],
    ])
    expect(routeVariables('opentelemetry', given)).toEqual(
      new Map([['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:6317']]),
    )
  })

  test('settings of the function that change nothing of it are no matter', () => {
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
    }
    expect(warningsOf(aFunction({ variables }))).toEqual([])
  })
})

describe('ports', () => {
  test.each<[string, Asked]>([
    [
      'a receiver put back on ADOT’s port',
      { environment: { ROTEL_OTLP_HTTP_ENDPOINT: 'localhost:4318' } },
    ],
    ['the receivers crossed', { environment: { ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:4318' } }],
  ])('%s is a clash', (_, given) => {
    expect(refusal(aFunction(), { ...given, distribution: 'adot' })).toMatch(
      /^port-conflict: .*aws-otel-nodejs/,
    )
  })

  test('an ADOT layer that somebody attached clashes with receivers at their defaults', () => {
    const fn = aFunction({ layers: [ADOT_NODE] })
    expect(planFor(fn, 'none')).toMatchObject({ kind: 'refused', reason: 'port-conflict' })
  })

  test('a collector configured by the user may listen anywhere: not checked, and said', () => {
    const fn = aFunction({
      layers: [ADOT_NODE],
      variables: { OPENTELEMETRY_COLLECTOR_CONFIG_URI: '/var/task/collector.yaml' },
    })
    expect(planFor(fn, 'none')).toMatchObject({
      kind: 'change',
      warnings: [expect.stringMatching(/^the ports of .*aws-otel-nodejs.* were not checked/)],
    })
  })
})

describe('an earlier run’s layer', () => {
  const older = (name: string, variables: Readonly<Record<string, string>> = {}) =>
    aFunction({
      layers: [team, layer(name, 1, COMMUNITY), ROTEL_X86],
      variables: {
        [WRAPPER]: '/opt/otel-handler',
        [MARKER]: `v1;k=${WRAPPER};l=418653438961:rotel-extension-amd64;i=${COMMUNITY}:${name}`,
        ...variables,
      },
    })

  test('is replaced in place by a newer release', () => {
    expect(layersOf(attached(older('opentelemetry-nodejs-0_22_0')))).toEqual([
      team,
      NODE,
      ROTEL_X86,
    ])
  })

  test('stays where it is newer than this release knows', () => {
    expect(layersOf(attached(older('opentelemetry-nodejs-0_24_0')))).toEqual([
      team,
      layer('opentelemetry-nodejs-0_24_0', 1, COMMUNITY),
      ROTEL_X86,
    ])
  })

  test.each<['x86_64' | 'arm64', string, 'stays' | 'gives way']>([
    ['x86_64', 'amd64', 'stays'],
    ['x86_64', 'arm64', 'gives way'],
    ['arm64', 'arm64', 'stays'],
    ['arm64', 'amd64', 'gives way'],
  ])('of ADOT, newer, on a function of %s for %s: %s', (architecture, build, end) => {
    const newer = `aws-otel-nodejs-${build}-ver-1-99-0`
    const fn = aFunction({
      architecture,
      layers: [layer(newer, 1, ADOT), ROTEL_X86],
      variables: {
        [WRAPPER]: '/opt/otel-handler',
        [MARKER]: `v1;k=${WRAPPER};l=418653438961:rotel-extension-amd64;i=${ADOT}:${newer}`,
      },
    })
    const [first] = layersOf(attached(fn, { distribution: 'adot' }))
    const published = ADOT_NODE.replace('amd64', architecture === 'arm64' ? 'arm64' : 'amd64')
    expect(first).toBe(end === 'stays' ? layer(newer, 1, ADOT) : published)
  })

  test('gives way to another distribution, language or own copy, in place', () => {
    const fn = older('opentelemetry-python-0_21_0')
    expect(layersOf(attached(fn))).toEqual([team, NODE, ROTEL_X86])
    expect(layersOf(attached(fn, { distribution: 'adot' }))).toEqual([team, ADOT_NODE, ROTEL_X86])
  })

  test('is replaced and removed beside a layer whose ARN is of another form', () => {
    const marked = older('opentelemetry-nodejs-0_22_0')
    const unknown = 'arn:aws:lambda:::awslayer:AmazonLinux1803'
    const fn = { ...marked, layers: [{ arn: unknown, signed: false }, ...marked.layers] }
    expect(layersOf(attached(fn))).toEqual([unknown, team, NODE, ROTEL_X86])
    expect(layersOf(removed(fn))).toEqual([unknown, team])
  })

  test('of an own copy takes the version that is asked for, a lower one too', () => {
    const copy = (version: number) => layer('own-nodejs', version, ACCOUNT)
    const given = {
      arnTemplate: `arn:aws:lambda:{region}:${ACCOUNT}:layer:own-{language}:4`,
    }
    const fn = aFunction({
      layers: [copy(9), ROTEL_X86],
      variables: {
        [WRAPPER]: '/opt/otel-handler',
        [MARKER]: `v1;k=${WRAPPER};l=418653438961:rotel-extension-amd64;i=${ACCOUNT}:own-nodejs`,
      },
    })
    expect(layersOf(attached(fn, given))).toEqual([copy(4), ROTEL_X86])
  })

  test('goes, with its wrapper, where none is wanted any more', () => {
    const after = attached(older('opentelemetry-nodejs-0_23_0'), 'none')
    expect(layersOf(after)).toEqual([team, ROTEL_X86])
    expect(wrapperOn(after)).toBeUndefined()
  })

  test('is known in any release, and by its whole name only', () => {
    const marked = older('opentelemetry-nodejs-0_22_0')
    const lookAlike = layer('opentelemetry-nodejs-0_23_0-custom', 1, COMMUNITY)
    const raised = {
      ...marked,
      layers: [NODE, lookAlike, ROTEL_X86].map((arn) => ({ arn, signed: false })),
    }
    expect(layersOf(removed(raised))).toEqual([lookAlike])
  })
})

describe('whatever the function has', () => {
  const runtime = fc.constantFrom('nodejs22.x', 'python3.13', 'java21', 'provided.al2023')
  const wrapper = fc.option(
    fc.oneof(
      fc.constantFrom('', '/opt/datadog_wrapper', '/opt/otel-handler', '/opt/otel-instrument'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { nil: undefined },
  )
  const choice = fc.record({
    distribution: fc.constantFrom('opentelemetry' as const, 'adot' as const),
    wrapperConflict: fc.constant('replace' as const),
  })
  const theirLayer = fc.oneof(
    foreignLayer,
    fc.constantFrom(
      layer('dd-trace-java', 20, '464622532012'),
      layer('opentelemetry-nodejs-0_14_0', 1, COMMUNITY),
      NODE,
    ),
  )
  const found = fc.record({
    runtime,
    wrapper,
    layers: layerList(theirLayer, 3),
    variables: foreignVariables,
  })
  const world = found
    .map(({ runtime, wrapper, layers, variables }) =>
      aFunction({
        runtime,
        layers,
        variables: new Map([
          ...variables,
          ...(wrapper === undefined ? [] : [[WRAPPER, wrapper] as const]),
        ]),
      }),
    )
    .filter((fn) => refusal(fn, { wrapperConflict: 'replace' }) === undefined)
    .filter((fn) => refusal(fn, { wrapperConflict: 'replace', distribution: 'adot' }) === undefined)

  test('removing restores exactly what was there', () => {
    fc.assert(
      fc.property(world, choice, (fn, choice) => {
        const back = removed(attached(fn, choice))
        expect(layersOf(back)).toEqual(layersOf(fn))
        expect(variablesOf(back)).toEqual(variablesOf(fn))
      }),
    )
  })

  test('a second run finds nothing to do, and keeps what it has to give back', () => {
    fc.assert(
      fc.property(world, choice, (fn, choice) => {
        const once = attached(fn, choice)
        expect(planFor(once, choice)).toMatchObject({ kind: 'unchanged' })
      }),
    )
  })

  test('changing one’s mind about it gives back the wrapper too', () => {
    fc.assert(
      fc.property(world, choice, choice, (fn, first, second) => {
        const changedMind = attached(attached(fn, first), second)
        expect(wrapperOn(attached(changedMind, 'none'))).toBe(wrapperOn(fn))
        expect(variablesOf(removed(changedMind))).toEqual(variablesOf(fn))
        expect(layersOf(removed(changedMind))).toEqual(layersOf(fn))
      }),
    )
  })

  test('the marker stays readable, whatever wrapper it holds', () => {
    fc.assert(
      fc.property(world, choice, (fn, choice) => {
        const marker = variablesOf(attached(fn, choice)).get(MARKER)
        expect(readMarker(marker)).not.toBe('unreadable')
      }),
    )
  })
})
