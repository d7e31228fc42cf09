import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inputNames, type InputName } from '../../src/inputs/defaults'
import { parseInputs } from '../../src/inputs/parse-inputs'
import { unknownInputs } from '../../src/inputs/unknown-inputs'
import { REMEDIES } from '../../src/model/reason'
import { accepted, type Given, leastInputs, parse, problems, warnings } from './given'

test('the least inputs give a run with the defaults of the contract', () => {
  expect(accepted()).toEqual({
    mode: 'apply',
    iac: 'auto',
    denyPolicyArn: undefined,
    acceptsLogLoss: false,
    acceptsUnprovenAliases: false,
    targets: {
      selectors: [{ kind: 'name', text: 'orders', name: 'orders' }],
      tags: [],
      stacks: [],
      shard: undefined,
      regions: ['eu-west-1'],
      architecture: 'auto',
      maxFunctions: 100,
    },
    smokeTest: {
      when: 'always',
      payload: { kind: 'json', text: '{"test": "data"}' },
      payloads: [],
      acceptFunctionErrors: false,
      concurrency: 10,
      showFunctionLogs: false,
    },
    limits: {
      onFailure: 'rollback',
      failOn: 'any',
      failOnChange: false,
      comment: false,
      maxUnproven: 200,
      stopAfter: 3,
      timeoutMinutes: 30,
      apiShare: 0.9,
      allowedAccountIds: [],
      githubToken: '',
    },
    wanted: {
      layer: { kind: 'bundled' },
      instrumentation: { kind: 'none' },
      acceptForeignSettings: false,
      logFormat: 'keep',
      acceptUnsupportedRuntime: false,
    },
    export: {
      exporter: 'otlp',
      endpoint: 'https://clickstack.example.com:4317',
      protocol: 'grpc',
      apiKey: { key: 'ingestion-key', scheme: 'auto' },
      headers: [],
      serviceName: undefined,
      resourceAttributes: [],
      environment: [],
      envFile: undefined,
    },
    endpointCheck: 'warn',
    layerHashes: [],
    grantSecretAccess: false,
    logs: { kind: 'keep' },
    verifier: { kind: 'none' },
  })
  expect(warnings()).toEqual([])
})

test('each mode has what it needs and no more', () => {
  const keys = (mode: string) => Object.keys(accepted({ mode })).toSorted()
  expect(keys('apply')).toEqual([
    'acceptsLogLoss',
    'acceptsUnprovenAliases',
    'denyPolicyArn',
    'endpointCheck',
    'export',
    'grantSecretAccess',
    'iac',
    'layerHashes',
    'limits',
    'logs',
    'mode',
    'publishAlias',
    'smokeTest',
    'targets',
    'verifier',
    'wanted',
  ])
  expect(keys('verify')).toEqual(keys('apply').filter((key) => key !== 'publishAlias'))
  expect(keys('plan')).toEqual([
    'acceptsLogLoss',
    'acceptsUnprovenAliases',
    'denyPolicyArn',
    'endpointCheck',
    'export',
    'grantSecretAccess',
    'iac',
    'layerHashes',
    'limits',
    'logs',
    'mode',
    'proof',
    'publishAlias',
    'smokeTest',
    'targets',
    'wanted',
  ])
  expect(keys('remove')).toEqual([
    'acceptsLogLoss',
    'acceptsUnprovenAliases',
    'denyPolicyArn',
    'dryRun',
    'iac',
    'limits',
    'mode',
    'restoreFile',
    'smokeTest',
    'targets',
  ])
})

test('remove does not look at what it has no use for', () => {
  expect(
    problems({
      mode: 'remove',
      endpoint: 'not a url',
      'api-key': '"',
      headers: 'x',
      'layer-version': 'x',
      'service-name': '{x}',
      'rotel-environment': 'x',
      'layer-sha256': 'x',
    }),
  ).toEqual([])
})

test('nothing given at all: everything that is missing, at once', () => {
  const parsed = parseInputs(() => '', {})
  expect(parsed.ok ? [] : parsed.problems.map(({ input }) => input)).toEqual([
    'functions',
    'endpoint',
    'verify',
  ])
})

test('all problems come together, in the order of action.yml, none twice', () => {
  const others = Object.fromEntries(inputNames.map((name) => [name, '\u0007{"no,']))
  const found = parse(others)
  const inputs = found.ok ? [] : found.problems.map(({ input }) => input)
  expect(new Set(inputs).size).toBeGreaterThan(50)

  const positions = inputs.map((input) => inputNames.findIndex((name) => name === input))
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(new Set(problems(others)).size).toBe(inputs.length)
})

test('every input changes the run or is refused', () => {
  const others: Partial<Record<InputName, string>> = {
    'github-token': 'gh-token',
    'hyperdx-api-key': 'access-key',
  }
  const verified = { verify: 'clickhouse', 'clickhouse-url': 'https://ch.example.com' } as const
  for (const name of inputNames) {
    const base: Given =
      name === 'hyperdx-api-key'
        ? { verify: 'hyperdx', 'hyperdx-url': 'https://hyperdx.example.com', [name]: 'another' }
        : /^(clickhouse|hyperdx)-/.test(name)
          ? verified
          : /^cloudwatch-/.test(name)
            ? { ...verified, 'cloudwatch-logs': 'deny' }
            : name === 'restore-file'
              ? { mode: 'remove' }
              : {}
    const parsed = parse({ ...base, [name]: others[name] ?? 'nonsense, "of" {all} kinds' })
    if (parsed.ok) expect(parsed.inputs).not.toEqual(accepted(base))
    else expect(parsed.problems.map(({ input }) => input)).toContain(name)
  }
})

test.each([
  ['apply', 1],
  ['plan', 1],
  ['verify', 1],
  ['remove', 0],
])('`restore-file` has an effect in `mode: remove` only, which is told: %s', (mode, count) => {
  const found = warnings({ mode, 'restore-file': '/tmp/restore.jsonl' })
  expect(found.filter((text) => text.includes('`restore-file`'))).toEqual(
    Array.from(
      { length: count },
      () =>
        `\`restore-file\` has no effect in \`mode: ${mode}\`: only \`mode: remove\` restores from it.`,
    ),
  )
})

test('the remedy for logs that cannot be restored names `restore-file` with its mode', () => {
  expect(REMEDIES['would-go-dark']).toContain('`mode: remove` with `restore-file`')
})

test('messages are one line and end in a full stop or a question mark', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom<InputName>(...inputNames), fc.string({ maxLength: 200 })),
      (given) => {
        for (const message of problems({ ...leastInputs, ...given })) {
          expect(message).toMatch(/^[^\p{Cc}]+[.?]$/u)
          expect(message.length).toBeLessThan(500)
        }
      },
    ),
    { numRuns: 500 },
  )
})

describe('an input that does not exist', () => {
  const given = (...names: string[]) => names.map((name) => `INPUT_${name.toUpperCase()}`)

  test('is refused with the name that was meant, and all of them together', () => {
    expect(unknownInputs(given('api-key', 'api_key', 'function', 'widget'))).toEqual([
      {
        input: 'api_key',
        message: '`api_key` is not an input of this action. Did you mean `api-key`?',
      },
      {
        input: 'function',
        message: '`function` is not an input of this action. Did you mean `functions`?',
      },
      { input: 'widget', message: '`widget` is not an input of this action.' },
    ])
  })

  test.each([
    ['environment', 'rotel-environment'],
    ['env-file', 'rotel-env-file'],
    ['accept-drift', 'accept'],
    ['accept-log-loss', 'accept'],
    ['accept-function-errors', 'accept'],
    ['clickhouse-pasword', 'clickhouse-password'],
    ['adopt', undefined],
    ['allow-shared-role', undefined],
    ['allow-unsupported-runtime', undefined],
    ['password', undefined],
  ])('%s: %s', (name, meant) => {
    const [problem] = unknownInputs(given(name))
    expect(problem?.message).toBe(
      `\`${name}\` is not an input of this action.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
    )
  })

  test.each(['apply', 'plan', 'verify', 'remove'])(
    'is refused in mode %s, beside what else is wrong',
    (mode) => {
      const found = problems(
        { mode, 'stop-after': 'x' },
        { region: 'eu-west-1', given: given('iacc') },
      )
      expect(found).toEqual([
        'iacc: `iacc` is not an input of this action. Did you mean `iac`?',
        expect.stringMatching(/^stop-after: /),
      ])
    },
  )
})

test('dry-run is for remove alone', () => {
  expect(accepted({ mode: 'remove', 'dry-run': 'true' })).toMatchObject({ dryRun: true })
  expect(accepted({ mode: 'remove' })).toMatchObject({ dryRun: false })
  for (const mode of ['apply', 'plan', 'verify']) {
    expect(problems({ mode, 'dry-run': 'true' })).toEqual([
      'dry-run: `dry-run: true` works only with `mode: remove`. `mode: plan` shows what `apply` would do.',
    ])
    expect(problems({ mode, 'dry-run': 'false' })).toEqual([])
  }
})

test('iac is a word of its own, and a tool that deploys through CloudFormation is told so', () => {
  expect(accepted({ iac: 'terraform' }).iac).toBe('terraform')
  expect(accepted().iac).toBe('auto')
  expect(problems({ iac: 'cdk' })).toEqual([
    expect.stringContaining('Did you mean `cloudformation`?'),
  ])
})
