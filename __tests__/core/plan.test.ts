/** The plan of one function: what is refused, what changes, and that a plan carried out leaves nothing to do. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Wanted } from '../../src/pipeline/plan/wanted'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { environmentBytes } from '../../src/systems/lambda/quotas'
import { MARKER } from '../../src/model/ownership'
import { layersToCheck, planAttachment, planRemoval, type Plan } from '../../src/pipeline/plan/plan'
import { startsOn } from '../../src/systems/rotel/runtimes'
import {
  ACCOUNT,
  aFunction,
  changed,
  foreignLayer,
  foreignVariables,
  type Given,
  layer,
  layerList,
  layersOf,
  ROTEL_X86,
  rotelLayer,
  SOME_CONTEXT,
  SOME_EXPORT,
  someWanted,
  variablesOf,
} from './support/functions'

function plan(given: Given | LambdaFunction, wanted: Partial<Wanted> = {}): Plan {
  const fn = 'arn' in given ? given : aFunction(given)
  return planAttachment(fn, someWanted(wanted), SOME_CONTEXT)
}

function changeOf(one: Plan) {
  if (one.kind !== 'change') throw new Error(JSON.stringify(one))
  return one.change
}

const attach = (fn: LambdaFunction, wanted: Partial<Wanted> = {}) => {
  const one = plan(fn, wanted)
  return one.kind === 'change' ? changed(fn, one.change) : fn
}

describe('attaching', () => {
  test('an untouched function gets layer, variables and marker in one change', () => {
    const { layers, variables } = changeOf(plan({}))
    expect(layers).toEqual({ before: [], after: [ROTEL_X86] })
    expect(variables.map(({ name }) => name).sort()).toEqual([
      'CLICKSTACK_LAMBDA',
      'ROTEL_OTEL_RESOURCE_ATTRIBUTES',
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
      'ROTEL_OTLP_EXPORTER_ENDPOINT',
      'ROTEL_OTLP_EXPORTER_PROTOCOL',
    ])
  })

  test('the function’s name is filled into the service name', () => {
    const fn = attach(aFunction({ name: 'checkout' }))
    expect(variablesOf(fn).get('ROTEL_OTEL_RESOURCE_ATTRIBUTES')).toBe(
      'service.name=checkout,deployment.environment=prod,cloud.account.id=123456789012',
    )
  })

  test('layers that stay are not sent, nor variables that stay', () => {
    const fn = attach(aFunction())
    const drifted = { ...fn, layers: [] }
    expect(changeOf(plan(drifted))).toMatchObject({ variables: [], layers: { after: [ROTEL_X86] } })
    const rotated = changeOf(
      plan(fn, { export: { ...SOME_EXPORT, headers: [{ name: 'A', value: 'b' }] } }),
    )
    expect(rotated.layers).toBeUndefined()
    expect(rotated.variables.map(({ name }) => name)).toEqual([
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
    ])
    expect(layersToCheck({ kind: 'change', change: rotated, warnings: [] })).toEqual([])
  })

  test('all layers of the new list are to be checked, for Lambda checks each of them again', () => {
    const team = layer('team-lib', 1, ACCOUNT)
    expect(layersToCheck(plan({ layers: [team] }))).toEqual([team, ROTEL_X86])
  })

  test('a layer that somebody else attached in the wanted version is not claimed', () => {
    const fn = attach(aFunction({ layers: [ROTEL_X86] }))
    const removed = changeOf(planRemoval(fn))
    expect(removed.layers).toBeUndefined()
    expect(changed(fn, removed).layers).toEqual(fn.layers)
  })

  test('that the latest version of Rotel is not known is warned about', () => {
    expect(plan({}, { layer: { kind: 'latest' } })).toMatchObject({
      kind: 'change',
      warnings: [expect.stringMatching(/^the latest layer version could not be determined/)],
    })
  })

  test('a short timeout is warned about', () => {
    expect(plan({ timeoutSeconds: 3 })).toMatchObject({
      warnings: [expect.stringContaining('timeout is 3 s')],
    })
    expect(plan({ timeoutSeconds: 4 })).toMatchObject({ warnings: [] })
  })
})

describe('a plan that was carried out', () => {
  const someFunction = fc
    .record({
      foreign: layerList(foreignLayer, 3),
      rotel: layerList(rotelLayer, 2),
      variables: foreignVariables,
      architecture: fc.constantFrom('x86_64' as const, 'arm64' as const),
    })
    .map(({ foreign, rotel, ...given }) => aFunction({ ...given, layers: [...rotel, ...foreign] }))

  test('leaves nothing to do', () => {
    fc.assert(
      fc.property(someFunction, fc.boolean(), (fn, accepted) => {
        expect(
          plan(attach(fn, { acceptForeignSettings: accepted }), { acceptForeignSettings: accepted })
            .kind,
        ).toBe('unchanged')
      }),
    )
  })

  test('keeps every layer and variable of others', () => {
    fc.assert(
      fc.property(someFunction, (fn) => {
        const after = attach(fn)
        for (const [name, value] of variablesOf(fn))
          expect(variablesOf(after).get(name)).toBe(value)
        const foreign = layersOf(fn).filter(
          (arn) => !/:418653438961:layer:rotel-extension-(amd|arm)64(-alpha)?:/.test(arn),
        )
        expect(layersOf(after).filter((arn) => foreign.includes(arn))).toEqual(foreign)
      }),
    )
  })

  test('and then removed, restores exactly what was there when nothing was ours', () => {
    fc.assert(
      fc.property(layerList(foreignLayer, 4), foreignVariables, (layers, variables) => {
        const fn = aFunction({ layers, variables })
        const attached = attach(fn)
        const removed = changed(attached, changeOf(planRemoval(attached)))
        expect(layersOf(removed)).toEqual(layers)
        expect(new Map(variablesOf(removed))).toEqual(new Map(variables))
        expect(planRemoval(removed)).toEqual({ kind: 'unchanged', warnings: [] })
      }),
    )
  })

  test('moves from one setting to another and leaves nothing of the first', () => {
    const first = attach(aFunction(), {
      export: {
        ...SOME_EXPORT,
        environment: [
          { name: 'ROTEL_DEBUG_LOG', value: 'logs' },
          { name: 'OTEL_PROPAGATORS', value: 'b3' },
        ],
      },
    })
    const second = attach(first)
    expect(variablesOf(second).has('ROTEL_DEBUG_LOG')).toBe(false)
    expect(variablesOf(second).has('OTEL_PROPAGATORS')).toBe(false)
    expect(second).toEqual(attach(aFunction()))
  })
})

describe('the log format', () => {
  test('is made JSON where that is asked for, with a warning, and restored', () => {
    const fn = aFunction({ logFormat: 'Text' })
    const one = plan(fn, { logFormat: 'json' })
    expect(one).toMatchObject({
      change: { logFormat: { before: 'Text', after: 'JSON' } },
      warnings: [expect.stringContaining('are lost')],
    })
    const json = changed(fn, changeOf(one))
    expect(plan(json, { logFormat: 'json' }).kind).toBe('unchanged')
    expect(changed(json, changeOf(planRemoval(json)))).toEqual(fn)
  })

  test('that was JSON before is not ours, and stays', () => {
    const fn = attach(aFunction({ logFormat: 'JSON' }), { logFormat: 'json' })
    expect(changed(fn, changeOf(planRemoval(fn))).logFormat).toBe('JSON')
  })

  test('that others have made Text again is made JSON again, and still restored', () => {
    const fn = attach(aFunction(), { logFormat: 'json' })
    const again = attach({ ...fn, logFormat: 'Text' }, { logFormat: 'json' })
    expect(again).toEqual(fn)
    expect(changed(fn, changeOf(planRemoval(fn))).logFormat).toBe('Text')
  })

  test('is left unchanged where it is not set', () => {
    for (const logFormat of ['Text', 'JSON'] as const) {
      expect(changeOf(plan({ logFormat })).logFormat).toBeUndefined()
    }
  })
})

describe('settings of somebody else', () => {
  const theirs = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://elsewhere.example.com' }

  test('block the function, name the variables and never show a value', () => {
    const one = plan({ variables: theirs })
    expect(one).toMatchObject({ kind: 'refused', reason: 'configured-elsewhere' })
    expect(JSON.stringify(one)).toContain('ROTEL_OTLP_EXPORTER_ENDPOINT')
    expect(JSON.stringify(one)).not.toContain('elsewhere.example.com')
  })

  test('are overridden where that is accepted', () => {
    const fn = attach(aFunction({ variables: theirs }), { acceptForeignSettings: true })
    expect(variablesOf(fn).get('ROTEL_OTLP_EXPORTER_ENDPOINT')).toBe(
      'https://clickstack.example.com:4317',
    )
  })

  test('that stay where it is accepted are named, and no others', () => {
    const given = {
      ...theirs,
      ROTEL_DEBUG_LOG: 'traces',
      ROTEL_SAMPLING: '1',
      OTEL_SERVICE_NAME: 'x',
      TABLE: 'y',
    }
    const named = (fn: LambdaFunction, acceptForeignSettings: boolean) => {
      const one = plan(fn, { acceptForeignSettings })
      return (one.kind === 'refused' ? [] : one.warnings).filter((text) => /unchanged/.test(text))
    }
    const fn = aFunction({ variables: given })
    expect(named(fn, true)).toEqual([
      expect.stringMatching(/left unchanged: ROTEL_DEBUG_LOG, ROTEL_SAMPLING$/),
    ])
    expect(named(aFunction({ variables: { TABLE: 'y' } }), true)).toEqual([])
    const alone = aFunction({ variables: theirs })
    expect(plan(alone, { acceptForeignSettings: true })).toMatchObject({ warnings: [] })
    // What was ours before is no setting of somebody else.
    const more = { ...SOME_EXPORT, environment: [{ name: 'ROTEL_SAMPLING', value: '1' }] }
    expect(named(attach(aFunction(), { export: more }), true)).toEqual([])
  })

  test('in an env file of theirs are a warning, and in ours none', () => {
    const ofFile = (fn: LambdaFunction, wanted: Partial<Wanted> = {}) => {
      const one = plan(fn, wanted)
      return (one.kind === 'refused' ? [one.detail] : one.warnings).filter((text) =>
        text.includes('ROTEL_ENV_FILE'),
      )
    }
    const path = '/var/task/rotel.env'
    const theirFile = aFunction({ variables: { ROTEL_ENV_FILE: path } })
    expect(ofFile(theirFile, { acceptForeignSettings: true })).toHaveLength(2)
    expect(ofFile(aFunction())).toEqual([])
    expect(ofFile(aFunction(), { export: { ...SOME_EXPORT, envFile: path } })).toEqual([])
  })

  test('a marker of a newer version blocks attaching and removing', () => {
    const given = aFunction({ variables: { [MARKER]: 'v9;who=knows' } })
    const refused = { kind: 'refused', reason: 'ownership-unreadable' }
    expect(plan(given)).toMatchObject(refused)
    expect(planRemoval(given)).toMatchObject(refused)
  })
})

describe('the limit of 4,096 bytes', () => {
  const attachedBytes = environmentBytes(variablesOf(attach(aFunction())))
  /** A variable that makes the whole map exactly so many bytes after attaching. */
  const filledTo = (bytes: number, character: string) => {
    const room = bytes - attachedBytes - Buffer.byteLength(',"FILL":""')
    const width = Buffer.byteLength(character)
    const value = character.repeat(Math.floor(room / width)) + 'x'.repeat(room % width)
    return { FILL: value }
  }

  test.each([['x'], ['ö'], ['€'], ['🚀']])('4,096 bytes of %s pass, 4,097 do not', (character) => {
    const exact = plan({ variables: filledTo(4096, character) })
    expect(exact.kind).toBe('change')
    const fn = aFunction({ variables: filledTo(4096, character) })
    expect(environmentBytes(variablesOf(attach(fn)))).toBe(4096)
    expect(plan({ variables: filledTo(4097, character) })).toMatchObject({
      kind: 'refused',
      reason: 'environment-too-large',
    })
  })

  test('does not matter where no variable is written', () => {
    const full = attach(aFunction({ variables: filledTo(4096, 'x') }))
    expect(plan(full).kind).toBe('unchanged')
    expect(changeOf(plan({ ...full, layers: [] })).variables).toEqual([])
  })

  test('is Lambda’s to enforce where no variable is written, whatever the function has', () => {
    const attached = attach(aFunction())
    const variables = new Map(variablesOf(attached)).set('FILL', 'x'.repeat(5000))
    const over = { ...attached, environment: { readable: true as const, variables } }
    expect(plan(over).kind).toBe('unchanged')
    expect(changeOf(plan({ ...over, layers: [] })).variables).toEqual([])
    expect(plan({ ...over, layers: [], logFormat: 'Text' }, { logFormat: 'json' })).toMatchObject({
      reason: 'environment-too-large',
    })
  })
})

describe('another collector on Rotel’s ports', () => {
  const adot = layer('aws-otel-nodejs-amd64-ver-1-30-1', 1, '901920570463')
  const collector = layer('opentelemetry-collector-amd64-0_18_0', 1, '184161586896')
  const moved = (grpc: string, http: string): Partial<Wanted> => ({
    export: {
      ...SOME_EXPORT,
      environment: [
        { name: 'ROTEL_OTLP_GRPC_ENDPOINT', value: grpc },
        { name: 'ROTEL_OTLP_HTTP_ENDPOINT', value: http },
      ],
    },
  })

  test.each([
    ['ADOT', adot],
    ['the community’s collector', collector],
    ['a copy of Rotel in another account', layer('rotel-extension-arm64', 3, ACCOUNT)],
    ['a copy of ADOT', layer('aws-otel-nodejs-amd64-ver-1-30-1', 1, ACCOUNT)],
    ['an alpha copy', layer('rotel-extension-amd64-alpha', 3, ACCOUNT)],
  ])('%s blocks', (_, foreign) => {
    expect(plan({ layers: [foreign] })).toMatchObject({ kind: 'refused', reason: 'port-conflict' })
  })

  test.each([
    ['the community’s language layer', layer('opentelemetry-nodejs-0_18_0', 1, '184161586896')],
    ['a name that only begins like a copy', layer('rotel-extension-amd64-x', 3, ACCOUNT)],
  ])('%s does not', (_, foreign) => {
    expect(plan({ layers: [foreign] }).kind).toBe('change')
  })

  test('a receiver that was moved off both ports makes room, and only then', () => {
    expect(plan({ layers: [adot] }, moved('localhost:5317', 'localhost:5318')).kind).toBe('change')
    expect(plan({ layers: [adot] }, moved('localhost:5317', 'localhost:4318'))).toMatchObject({
      reason: 'port-conflict',
    })
    expect(plan({ layers: [adot] }, moved('localhost:4318', 'localhost:4317'))).toMatchObject({
      reason: 'port-conflict',
    })
  })

  test('two Rotels clash on more than those ports', () => {
    const copy = layer('rotel-extension-amd64', 3, ACCOUNT)
    expect(plan({ layers: [copy] }, moved('localhost:5317', 'localhost:5318'))).toMatchObject({
      reason: 'port-conflict',
    })
  })

  test('the own copy that is asked for is no clash', () => {
    const template = `arn:aws:lambda:{region}:${ACCOUNT}:layer:rotel-extension-{arch}:3`
    const one = plan(
      { layers: [layer('rotel-extension-amd64', 2, ACCOUNT)] },
      { layer: { kind: 'own-copy', arnTemplate: template } },
    )
    expect(changeOf(one).layers?.after).toEqual([layer('rotel-extension-amd64', 3, ACCOUNT)])
  })
})

describe('functions that cannot carry the extension', () => {
  test.each<[string, Given, Partial<Wanted>, string]>([
    ['a container image', { packageType: 'Image', runtime: undefined }, {}, 'image-function'],
    ['a container image of a runtime', { packageType: 'Image' }, {}, 'image-function'],
    ['no runtime', { runtime: undefined }, {}, 'image-function'],
    ['Managed Instances', { kind: 'managed-instances' }, {}, 'managed-instances'],
    ['Lambda@Edge', { kind: 'edge-replica' }, {}, 'edge-replica'],
    ['Amazon Linux 2', { runtime: 'python3.11' }, {}, 'unsupported-runtime'],
    ['hidden variables', { variables: undefined }, {}, 'environment-unreadable'],
    ['state Failed', { state: 'Failed' }, {}, 'function-not-ready'],
    ['five layers', { layers: five() }, {}, 'layer-limit'],
    ['no layer in the region', { region: 'ap-east-1' }, {}, 'no-layer-in-region'],
  ])('%s', (_, given, wanted, reason) => {
    expect(plan(given, wanted)).toMatchObject({ kind: 'refused', reason })
  })

  test('an unsupported runtime is tried when that is asked for', () => {
    expect(plan({ runtime: 'python3.9' }, { acceptUnsupportedRuntime: true }).kind).toBe('change')
  })

  test('another architecture than asserted is refused', () => {
    expect(
      planAttachment(aFunction({ architecture: 'arm64' }), someWanted(), {
        ...SOME_CONTEXT,
        architecture: 'x86_64',
      }),
    ).toMatchObject({ reason: 'architecture-mismatch' })
    const context = { ...SOME_CONTEXT, architecture: 'x86_64' as const }
    expect(planAttachment(aFunction(), someWanted(), context).kind).toBe('change')
  })

  function five() {
    return [1, 2, 3, 4, 5].map((n) => layer(`lib-${String(n)}`, 1, ACCOUNT))
  }
})

describe('removing', () => {
  test.each<[string, Given, string]>([
    ['nothing of ours', { variables: { TABLE: 'x' } }, 'unchanged'],
    ['a container image', { packageType: 'Image', runtime: undefined }, 'unchanged'],
    ['Rotel without our marker', { layers: [ROTEL_X86] }, 'unchanged'],
    [
      'Rotel that somebody else has configured',
      { layers: [ROTEL_X86], variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://x' } },
      'refused',
    ],
    [
      'an alpha without our marker',
      { layers: [layer('rotel-extension-arm64-alpha', 4)] },
      'unchanged',
    ],
    ['hidden variables', { variables: undefined }, 'refused'],
    [
      'a container image with hidden variables, which cannot carry ours',
      { packageType: 'Image', variables: undefined },
      'unchanged',
    ],
    ['Lambda@Edge', { kind: 'edge-replica', variables: undefined }, 'unchanged'],
    ['a layer that is none', { layers: ['no ARN'], variables: { ROTEL_X: '1' } }, 'unchanged'],
  ])('%s', (_, given, kind) => {
    expect(planRemoval(aFunction(given)).kind).toBe(kind)
  })

  test.each<[string, Given]>([
    ['a container image', { packageType: 'Image', runtime: undefined }],
    ['Lambda@Edge', { kind: 'edge-replica' }],
    ['a function without Rotel', { variables: { TABLE: 'x' } }],
  ])('is silent where there can be nothing of ours: %s', (_, given) => {
    expect(planRemoval(aFunction(given))).toEqual({ kind: 'unchanged', warnings: [] })
  })

  test('is silent about what it takes away', () => {
    expect(planRemoval(attach(aFunction()))).toMatchObject({ kind: 'change', warnings: [] })
  })

  test('names the layer that stays, and why, where the marker is gone', () => {
    const team = layer('team', 1, ACCOUNT)
    const fn = aFunction({ layers: [team, ROTEL_X86], variables: { TABLE: 'x', MY_ROTEL_: '' } })
    expect(planRemoval(fn)).toEqual({
      kind: 'unchanged',
      warnings: [expect.stringContaining(`the layer ${ROTEL_X86} stays`)],
    })
    expect(planRemoval(aFunction({ layers: [team] }))).toEqual({ kind: 'unchanged', warnings: [] })
    const theirs = { layers: [team, ROTEL_X86], variables: { TABLE: 'x', ROTEL_DEBUG_LOG: '' } }
    expect(planRemoval(aFunction(theirs))).toMatchObject({ reason: 'configured-elsewhere' })
  })

  test('keeps layers that it cannot read', () => {
    const fn = attach(aFunction({ layers: ['no ARN'] }))
    expect(layersOf(fn)).toHaveLength(2)
    expect(layersOf(changed(fn, changeOf(planRemoval(fn))))).toEqual(['no ARN'])
  })

  test('takes what the marker names, by whole name and account, and nothing else', () => {
    const lookalike = layer('rotel-extension-amd64', 7, ACCOUNT)
    const fn = aFunction({
      layers: [lookalike, layer('rotel-extension-amd64', 2), layer('rotel-extension-arm64', 2)],
      variables: {
        [MARKER]: 'v1;k=~A,OTEL_B;l=418653438961:rotel-extension-amd64',
        ROTEL_A: '1',
        ROTEL_AB: '2',
        OTEL_B: '3',
        constructor: '4',
      },
    })
    const removed = changed(fn, changeOf(planRemoval(fn)))
    expect(layersOf(removed)).toEqual([lookalike, layer('rotel-extension-arm64', 2)])
    expect(new Map(variablesOf(removed))).toEqual(
      new Map([
        ['ROTEL_AB', '2'],
        ['constructor', '4'],
      ]),
    )
  })

  test('works although a deploy has taken the variables or the layer away already', () => {
    const fn = attach(aFunction({ variables: { TABLE: 'x' } }))
    expect(changeOf(planRemoval({ ...fn, layers: [] })).layers).toBeUndefined()
    const only = aFunction({ variables: { [MARKER]: variablesOf(fn).get(MARKER) ?? '' } })
    expect(changeOf(planRemoval(only)).variables.map(({ name }) => name)).toEqual([MARKER])
  })
})

test.each([
  ['nodejs18.x', false],
  ['nodejs20.x', true],
  ['nodejs22.x', true],
  ['nodejs24.x', true],
  ['nodejs4.3-edge', false],
  ['python3.8', false],
  ['python3.9', false],
  ['python3.11', false],
  ['python3.12', true],
  ['python3.14', true],
  ['python2.7', false],
  ['java8', false],
  ['java8.al2', false],
  ['java8.al2023', true],
  ['java11', false],
  ['java11.al2023', true],
  ['java17', false],
  ['java17.al2023', true],
  ['java21', true],
  ['java25', true],
  ['dotnet6', false],
  ['dotnetcore3.1', false],
  ['dotnet8', true],
  ['dotnet10', true],
  ['ruby2.7', false],
  ['ruby3.2', false],
  ['ruby3.3', true],
  ['ruby3.4', true],
  ['go1.x', false],
  ['provided', false],
  ['provided.al2', false],
  ['provided.al2023', true],
])('%s: the extension starts there: %s', (runtime, starts) => {
  expect(startsOn(runtime)).toBe(starts)
})

describe('settings of others with which telemetry is lost', () => {
  const accepting = { acceptForeignSettings: true }

  test('a batch that is too small for a burst is a warning, by its name', () => {
    const variables = { ROTEL_BATCH_MAX_SIZE: '64' }
    expect(plan({ variables }, accepting)).toMatchObject({
      kind: 'change',
      warnings: [
        expect.stringContaining('left unchanged'),
        expect.stringMatching(/^the function’s variable ROTEL_BATCH_MAX_SIZE is smaller/),
      ],
    })
    const enough = { ROTEL_BATCH_MAX_SIZE: '1000' }
    expect(JSON.stringify(plan({ variables: enough }, accepting))).not.toContain('bursts')
  })

  test.each([
    [
      { ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS: 'content-type=text/plain' },
      'extension-bad-header',
    ],
    [{ ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT: 'grpc://h:4317' }, 'extension-bad-endpoint'],
  ])('%j is refused: nothing would arrive', (variables, reason) => {
    expect(plan({ variables }, accepting)).toMatchObject({ kind: 'refused', reason })
  })
})
