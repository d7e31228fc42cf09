import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inputNames, type InputName } from '../../src/inputs/defaults'
import { notAvailableYet } from '../../src/inputs/not-available-yet'
import { parseInputs } from '../../src/inputs/parse-inputs'
import { unknownInputs } from '../../src/inputs/unknown-inputs'
import { accepted, type Given, leastInputs, parse, problems, warnings } from './given'

test('the least inputs give a run with the defaults of the contract', () => {
  expect(accepted()).toEqual({
    mode: 'apply',
    iac: 'auto',
    denyPolicyArn: undefined,
    targets: {
      selectors: [{ kind: 'name', text: 'orders', name: 'orders' }],
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
      maxUnproven: 200,
      stopAfter: 3,
      timeoutMinutes: 30,
      apiShare: 0.5,
      allowedAccountIds: [],
      githubToken: '',
    },
    wanted: {
      layer: { kind: 'bundled' },
      instrumentation: { kind: 'none' },
      export: {
        exporter: 'otlp',
        endpoint: 'https://clickstack.example.com:4317',
        protocol: 'grpc',
        headers: [{ name: 'Authorization', value: 'ingestion-key' }],
        serviceName: undefined,
        resourceAttributes: [],
        environment: [],
        envFile: undefined,
      },
      adopt: false,
      logFormat: 'keep',
      allowUnsupportedRuntime: false,
    },
    grantSecretAccess: false,
    logs: { kind: 'keep' },
    verifier: { kind: 'none', endpointCheck: 'warn' },
  })
  expect(warnings()).toEqual([])
})

test('each mode has what it needs and no more', () => {
  const keys = (mode: string) => Object.keys(accepted({ mode })).toSorted()
  expect(keys('apply')).toEqual([
    'denyPolicyArn',
    'grantSecretAccess',
    'iac',
    'limits',
    'logs',
    'mode',
    'smokeTest',
    'targets',
    'verifier',
    'wanted',
  ])
  expect(keys('verify')).toEqual(keys('apply'))
  expect(keys('plan')).toEqual([
    'denyPolicyArn',
    'grantSecretAccess',
    'iac',
    'limits',
    'logs',
    'mode',
    'smokeTest',
    'targets',
    'wanted',
  ])
  expect(keys('remove')).toEqual([
    'denyPolicyArn',
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
      environment: 'x',
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

test('every input that is available changes the run or is refused', () => {
  const others: Partial<Record<InputName, string>> = {
    'github-token': 'gh-token',
    'hyperdx-api-key': 'access-key',
  }
  const available = inputNames.filter((name) => !notAvailableYet.some((other) => other === name))
  const verified = { verify: 'clickhouse', 'clickhouse-url': 'https://ch.example.com' } as const
  for (const name of available) {
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

test('an input that does not exist is a warning with the name that was meant', () => {
  expect(
    unknownInputs(['INPUT_API-KEY', 'INPUT_API_KEY', 'function', 'INPUT_WIDGET'], inputNames),
  ).toEqual([
    'There is no input `api_key`; it has no effect. Did you mean `api-key`?',
    'There is no input `function`; it has no effect. Did you mean `functions`?',
    'There is no input `widget`; it has no effect.',
  ])
})

test('iac is a word of its own, and a tool that deploys through CloudFormation is told so', () => {
  expect(accepted({ iac: 'terraform' }).iac).toBe('terraform')
  expect(accepted().iac).toBe('auto')
  expect(problems({ iac: 'cdk' })).toEqual([
    expect.stringContaining('Did you mean `cloudformation`?'),
  ])
})
