/** What the campaign holds against runs, shown on runs that do wrong on purpose; and how it makes sequences plainer. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type LocalAws, startLocalAws } from '../../local/aws/index'
import { runSequence } from './campaign'
import type { Happening, Sequence } from './sequences'
import { shrink } from './shrink'
import type { StepRunner } from './step-runner'

const REGION = 'eu-west-1'
const ROTEL = 'arn:aws:lambda:eu-west-1:418653438961:layer:rotel-extension-amd64:7'

let aws: LocalAws

beforeEach(async () => {
  aws = await startLocalAws()
})
afterEach(() => aws.close())

type Inputs = Readonly<Record<string, string>>

/** A run that says that all is well and does this. */
function runs(main: (inputs: Inputs) => void): StepRunner {
  return {
    main: (inputs) => {
      main(inputs)
      const names = (inputs['functions'] ?? '').split('\n').map((arn) => arn.split(':')[6] ?? '')
      const functions = names.map((name) => ({ name, status: 'removed' }))
      return Promise.resolve({ exitCode: 0, functions, state: {}, restorePath: '' })
    },
    post: () => Promise.resolve(0),
    end: () => undefined,
  }
}

const START: Sequence['start'] = { rights: ['inline', 'aws-managed'], aliased: [] }
const APPLY: Extract<Happening, { kind: 'run' }> = {
  kind: 'run',
  run: { kind: 'apply', functions: ['a'], logs: 'keep', key: 'plain', onFailure: 'rollback' },
  trouble: { kind: 'none' },
}

async function violationsOf(
  main: (inputs: Inputs) => void,
  happenings: readonly Happening[] = [APPLY],
) {
  const end = await runSequence({ start: START, happenings }, REGION, {
    aws,
    inputs: {},
    key: 'key',
    sleep: () => Promise.resolve(),
    runnerFor: () => runs(main),
  })
  return end.violations.map(({ at, text }) => `${String(at)} ${text}`)
}

const arnIn = (inputs: Inputs) => (inputs['functions'] ?? '').split('\n')[0] ?? ''
const roleOf = (inputs: Inputs) => aws.lambda.get(arnIn(inputs)).role.split('/').at(-1) ?? ''
const isFirst = (inputs: Inputs) =>
  inputs['mode'] === 'apply' && !inputs['functions']?.includes('\n')

const documentOf = (Effect: string, Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
})

describe('the campaign', () => {
  test('has nothing against runs that do nothing', async () => {
    expect(await violationsOf(() => undefined)).toEqual([])
  })

  test('sees a function in the dark, those of the same role too, and a green run over it', async () => {
    const found = await violationsOf((inputs) => {
      const deny = documentOf('Deny', 'logs:*')
      if (isFirst(inputs)) aws.iam.changeRoleAsSomebodyElse(roleOf(inputs), { putInline: { deny } })
    })
    const apply = '0 apply a (logs keep, key plain): '
    expect(found.slice(0, 3)).toEqual([
      `${apply}a:$LATEST is dark (at the end)`,
      `${apply}b:$LATEST is dark (at the end)`,
      `${apply}green, and a:$LATEST is dark`,
    ])
  })

  test('does not blame a run for what a deploy has left dark, unless it is green over it', async () => {
    const deploy: Happening = { kind: 'deploy', function: 'a', resets: 'both' }
    const found = await violationsOf(
      (inputs) => {
        if (!isFirst(inputs)) return
        const deny = documentOf('Deny', 'logs:*')
        aws.lambda.changeAsSomebodyElse(arnIn(inputs), {
          layers: [ROTEL],
          variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://x' },
        })
        aws.lambda.changeAsSomebodyElse(arnIn(inputs).replace(/a$/, 'b'), {
          layers: [ROTEL],
          variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://x' },
        })
        aws.iam.changeRoleAsSomebodyElse(roleOf(inputs), { putInline: { deny } })
      },
      [APPLY, deploy],
    )
    expect(found.filter((text) => /^[01] /.test(text))).toEqual([])
    expect(found[0]).toBe('2 in the end, apply all: green, and a:$LATEST is dark')
  })

  test('sees a reference that the role may not read, and a call after which it may not', async () => {
    const found = await violationsOf((inputs) => {
      if (!isFirst(inputs)) return
      const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf'
      aws.lambda.changeAsSomebodyElse(arnIn(inputs), {
        layers: [ROTEL],
        variables: {
          ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://x',
          ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=\${${secret}}`,
        },
      })
    })
    expect(found[0]).toMatch(/^0 .*a:\$LATEST cannot read arn:aws:secretsmanager.*\(at the end\)$/)
  })

  test('sees what is left when all is removed', async () => {
    const found = await violationsOf((inputs) => {
      if (!isFirst(inputs)) return
      aws.lambda.changeAsSomebodyElse(arnIn(inputs), { layers: [ROTEL], variables: { X: 'y' } })
      const name = 'ClickStackLambda-read-secrets-0123456789abcdef'
      aws.iam.changeRoleAsSomebodyElse(roleOf(inputs), {
        putInline: { [name]: documentOf('Allow', 's3:GetObject') },
      })
    })
    expect(found).toEqual(
      [
        'the rights of ab are not as they were found',
        'ClickStackLambda-read-secrets is left on ab',
        'a layer is left on a',
        'X left on a',
      ].map((text) => `1 in the end, remove all: ${text}`),
    )
  })
})

test('a sequence is made as plain as it can be while it still breaks something', async () => {
  const happenings: readonly Happening[] = [
    { kind: 'deploy', function: 'c', resets: 'both' },
    {
      kind: 'run',
      run: {
        kind: 'apply',
        functions: ['a', 'b'],
        logs: 'deny',
        key: 'secret-1',
        onFailure: 'keep',
      },
      trouble: { kind: 'throws', function: 'a' },
    },
    {
      kind: 'two-runs',
      runs: [APPLY.run, { kind: 'remove', functions: ['a'], restoreFile: true }],
    },
    { kind: 'publish', function: 'd' },
  ]
  // What breaks is that anything denies the logs of b.
  const breaks = ({ happenings: left }: Sequence) =>
    left.some(
      (one) =>
        one.kind === 'run' &&
        one.run.kind === 'apply' &&
        one.run.logs === 'deny' &&
        one.run.functions.includes('b'),
    )
  const plainest = await shrink(
    { start: { ...START, aliased: ['a', 'd'] }, happenings },
    (candidates) => Promise.resolve(candidates.filter(breaks)),
    () => false,
  )
  expect(plainest).toEqual({
    start: START,
    happenings: [
      {
        kind: 'run',
        run: { kind: 'apply', functions: ['b'], logs: 'deny', key: 'plain', onFailure: 'keep' },
        trouble: { kind: 'none' },
      },
    ],
  })
})
