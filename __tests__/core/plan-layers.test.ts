/** Layers: whose they are, in which order they stay, and which version is chosen. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LayerChoice } from '../../src/pipeline/plan/wanted'
import type { LatestVersions } from '../../src/systems/rotel/layers'
import { planLayers } from '../../src/pipeline/plan/layers'
import {
  ACCOUNT,
  aFunction,
  foreignLayer,
  layer,
  layerList,
  REGION,
  ROTEL_ARM,
  ROTEL_X86,
  rotelLayer,
  withoutVersion,
} from './support/functions'

const BUNDLED: LayerChoice = { kind: 'bundled' }
const UNKNOWN: LatestVersions = () => undefined

function after(
  layers: readonly string[],
  choice: LayerChoice = BUNDLED,
  { owned = [] as readonly string[], latest = UNKNOWN } = {},
): readonly string[] | string {
  const plan = planLayers(aFunction({ layers }), choice, owned, latest)
  return 'reason' in plan ? plan.reason : plan.after
}

const team = layer('team-lib', 3, ACCOUNT)
const other = layer('other', 1, '111122223333')

describe('which layers are ours', () => {
  test.each([
    ['an alpha layer', layer('rotel-extension-amd64-alpha', 41)],
    ['the alpha layer of the other architecture', layer('rotel-extension-arm64-alpha', 12)],
    ['the stable layer of the other architecture', ROTEL_ARM],
    ['an older version', layer('rotel-extension-amd64', 3)],
  ])('%s is replaced in place', (_, ours) => {
    expect(after([team, ours, other])).toEqual([team, ROTEL_X86, other])
  })

  test('several of the family become one, in the place of the first', () => {
    const alpha = layer('rotel-extension-amd64-alpha', 41)
    expect(after([team, alpha, other, ROTEL_ARM])).toEqual([team, ROTEL_X86, other])
  })

  test.each([
    ['the same name in another account', layer('rotel-extension-amd64', 7, ACCOUNT)],
    ['a name that begins as Rotel’s', layer('rotel-extension-amd64-tools', 7)],
    ['a name that ends as Rotel’s', layer('my-rotel-extension-amd64', 7)],
    ['another layer of Rotel’s account', layer('rotel-collector', 7)],
    ['a beta of Rotel’s account', layer('rotel-extension-amd64-beta', 7)],
    ['AWS’s own form without an account', 'arn:aws:lambda:::awslayer:AmazonLinux1803'],
  ])('%s stays where it is', (_, foreign) => {
    expect(after([foreign, team])).toEqual([foreign, team, ROTEL_X86])
  })

  test('an own copy that the marker names is replaced in place, whatever it is called', () => {
    const copy = layer('telemetry', 4, ACCOUNT)
    expect(after([copy, team], BUNDLED, { owned: [`${ACCOUNT}:telemetry`] })).toEqual([
      ROTEL_X86,
      team,
    ])
    expect(after([copy, team])).toEqual([copy, team, ROTEL_X86])
  })

  test('other layers keep their order and identity, whatever is attached', () => {
    fc.assert(
      fc.property(
        layerList(foreignLayer, 4),
        fc.option(fc.tuple(rotelLayer, fc.nat(4)), { nil: undefined }),
        (foreign, ours) => {
          const layers = ours
            ? [...foreign.slice(0, ours[1]), ours[0], ...foreign.slice(ours[1])]
            : foreign
          const list = after(layers)
          if (typeof list === 'string') throw new Error(list)
          expect(list.filter((arn) => foreign.includes(arn))).toEqual(foreign)
          expect(list).toHaveLength(foreign.length + 1)
          const identities = new Set(list.map(withoutVersion))
          expect(identities.size).toBe(list.length)
          if (ours) expect(list[layers.indexOf(ours[0])]).toMatch(/rotel-extension-amd64:\d+$/)
        },
      ),
    )
  })
})

describe('the limit of five layers', () => {
  const five = [1, 2, 3, 4, 5].map((n) => layer(`lib-${String(n)}`, 1, ACCOUNT))

  test('a sixth layer is refused', () => {
    expect(planLayers(aFunction({ layers: five }), BUNDLED, [], UNKNOWN)).toEqual({
      reason: 'layer-limit',
      detail: 'the function has 5 layers, but Lambda allows 5',
    })
  })

  test('a fifth is not, nor one in the place of another', () => {
    expect(after(five.slice(1))).toHaveLength(5)
    expect(after([...five.slice(1), layer('rotel-extension-arm64-alpha', 2)])).toHaveLength(5)
  })
})

describe('which version', () => {
  const stable = (version: number) => layer('rotel-extension-amd64', version)
  const latest: LatestVersions = () => 9
  const number: LayerChoice = { kind: 'number', version: 5 }

  test.each<[string, readonly string[], LayerChoice, LatestVersions, string]>([
    ['bundled, nothing attached', [], BUNDLED, UNKNOWN, stable(7)],
    ['bundled, an older one attached', [stable(6)], BUNDLED, UNKNOWN, stable(7)],
    ['bundled, a newer one attached', [stable(8)], BUNDLED, UNKNOWN, stable(8)],
    [
      'bundled, an alpha with a high number',
      [layer('rotel-extension-amd64-alpha', 41)],
      BUNDLED,
      UNKNOWN,
      stable(7),
    ],
    ['bundled, the other architecture attached', [stable(7)], BUNDLED, UNKNOWN, stable(7)],
    ['latest, nothing attached', [], { kind: 'latest' }, latest, stable(9)],
    ['latest, a newer one attached', [stable(12)], { kind: 'latest' }, latest, stable(12)],
    ['latest unknown, nothing attached', [], { kind: 'latest' }, UNKNOWN, stable(7)],
    ['latest unknown, an older one attached', [stable(2)], { kind: 'latest' }, UNKNOWN, stable(2)],
    [
      'latest unknown, an alpha attached',
      [layer('rotel-extension-amd64-alpha', 41)],
      { kind: 'latest' },
      UNKNOWN,
      layer('rotel-extension-amd64-alpha', 41),
    ],
    [
      'latest unknown, one of the other architecture attached',
      [ROTEL_ARM],
      { kind: 'latest' },
      UNKNOWN,
      stable(7),
    ],
    ['a number lowers', [stable(7)], number, UNKNOWN, stable(5)],
    ['a number raises', [stable(2)], number, UNKNOWN, stable(5)],
  ])('%s', (_, attached, choice, versions, expected) => {
    expect(after(attached, choice, { latest: versions })).toEqual([expected])
  })

  test('a layer of somebody else is never kept for Rotel, whatever its name and place', () => {
    const others = [team, layer('lib-amd64', 2, ACCOUNT)]
    const latest: LayerChoice = { kind: 'latest' }
    expect(after(others, latest)).toEqual([...others, stable(7)])
    expect(after([...others, stable(2)], latest)).toEqual([...others, stable(2)])
  })

  test('a latest that cannot be found out is said', () => {
    const plan = planLayers(aFunction(), { kind: 'latest' }, [], UNKNOWN)
    expect(plan).toMatchObject({ warning: expect.stringContaining('7') })
  })

  test('each architecture is asked about by itself', () => {
    const versions: LatestVersions = (_, architecture) => (architecture === 'arm64' ? 11 : 9)
    const plan = planLayers(aFunction({ architecture: 'arm64' }), { kind: 'latest' }, [], versions)
    expect(plan).toMatchObject({ after: [layer('rotel-extension-arm64', 11)] })
  })
})

describe('an own copy', () => {
  const copy = (arnTemplate: string): LayerChoice => ({ kind: 'own-copy', arnTemplate })
  const template = `arn:aws:lambda:{region}:${ACCOUNT}:layer:rotel-{arch}:3`

  test('its region and architecture are filled in', () => {
    expect(after([team], copy(template))).toEqual([team, layer('rotel-amd64', 3, ACCOUNT)])
  })

  test('it takes the place of a published layer, and of its own older version', () => {
    expect(after([ROTEL_X86, team], copy(template))).toEqual([
      layer('rotel-amd64', 3, ACCOUNT),
      team,
    ])
    expect(after([team, layer('rotel-amd64', 9, ACCOUNT)], copy(template))).toEqual([
      team,
      layer('rotel-amd64', 3, ACCOUNT),
    ])
  })

  test.each([
    ['another region', `arn:aws:lambda:us-east-1:${ACCOUNT}:layer:rotel:3`],
    ['another partition', `arn:aws-cn:lambda:${REGION}:${ACCOUNT}:layer:rotel:3`],
    ['a language, which is none of Rotel’s layers', template.replace('{arch}', '{language}')],
    ['no layer version', `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:rotel`],
  ])('%s is refused', (_, arn) => {
    expect(after([], copy(arn))).toBe('no-layer-in-region')
  })

  test('it works where Rotel is not published, in its own partition', () => {
    const fn = aFunction({ partition: 'aws-cn', region: 'cn-north-1' })
    const arn = `arn:aws-cn:lambda:cn-north-1:${ACCOUNT}:layer:rotel:3`
    expect(planLayers(fn, copy(arn), [], UNKNOWN)).toMatchObject({ after: [arn] })
  })
})

test.each([
  ['aws-us-gov', 'us-gov-west-1', 'no-layer-in-partition'],
  ['aws', 'af-south-1', 'no-layer-in-region'],
])('in %s, %s, Rotel has no layer', (partition, region, reason) => {
  expect(planLayers(aFunction({ partition, region }), BUNDLED, [], UNKNOWN)).toMatchObject({
    reason,
  })
})
