/**
 * Whatever a workflow gives to the inputs of action.yml: the run begins with what is wanted or is refused with all problems,
 * each naming an input that there is, on one line, without a secret. The inputs are those of action.yml: a new one joins.
 */

import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse as parseYaml } from 'yaml'
import { inputNames } from '../../src/inputs/defaults'
import { parseInputs } from '../../src/inputs/parse-inputs'
import { secretInputs } from '../../src/inputs/secret-inputs'
import { recordFigures } from '../campaign/figures'
import { leastInputs } from '../inputs/given'
import { fuzzPart, IS_WHOLE, nastyText, nearlyText, REPEATED, runs } from './hostile'

interface ActionYml {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string }>
  >
}

const ACTION = parseYaml(readFileSync('action.yml', 'utf8')) as ActionYml
const NAMES = Object.keys(ACTION.inputs)

let tried = 0
let crashes = 0
let hangs = 0

afterAll(() => recordFigures('fuzzing', { 'inputs and answers tried': tried, crashes, hangs }))

/** What an input may be: its words and examples from its description, and its default, nearly right and altogether wrong. */
function valueOf(name: string): fc.Arbitrary<string> {
  const { description = '', default: byDefault = '' } = ACTION.inputs[name] ?? {}
  const words = [...description.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
  const right = [...new Set([byDefault, ...words, ...(RIGHT[name] ?? [])])].filter(
    (word) => !word.startsWith('${{'),
  )
  const values = fc.oneof(
    nastyText,
    fc.constantFrom('', ...right),
    ...right.slice(0, 12).map(nearlyText),
    fc
      .array(fc.oneof(fc.constantFrom('', ...right), nastyText), { maxLength: 6 })
      .map((lines) => lines.join('\n')),
  )
  return values.map(asVariable)
}

/** The environment of a process holds UTF-8, and ends a value with the first NUL. */
function asVariable(text: string): string {
  return Buffer.from(text.replaceAll('\u0000', ''), 'utf8').toString('utf8')
}

const ARN = 'arn:aws:lambda:eu-west-1:123456789012'
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'

const RIGHT: Readonly<Record<string, readonly string[]>> = {
  functions: ['orders', 'orders-*', '!orders-old', `${ARN}:function:orders`],
  'function-tags': ['team=shop', 'env'],
  payloads: ['orders-*: {"a": 1}', 'orders: none', '{"orders": {"a": [1]}}'],
  payload: ['{"a": {"b": [1, 2]}}'],
  'layer-arn': [`${ARN}:layer:rotel-{arch}:7`],
  'api-key': ['key-0123456789', SECRET, `Bearer \${${SECRET}#key}`],
  headers: ['x-team=shop', `x-a=\${${SECRET}}`],
  endpoint: ['https://clickstack.example.com:4317', 'http://10.0.0.1:4318/path'],
  'clickhouse-url': ['https://clickhouse.example.com:8443/path'],
  'hyperdx-url': ['https://hyperdx.example.com/api'],
  'rotel-environment': [
    'ROTEL_BATCH_TIMEOUT=5s',
    'ROTEL_EXPORTERS=a:otlp',
    'OTEL_SDK_DISABLED=true',
  ],
  'resource-attributes': ['deployment.environment.name=prod', 'a=b'],
  regions: ['eu-west-1', 'us-east-1, eu-west-1'],
  mode: ['apply', 'plan', 'verify', 'remove'],
}

const INPUTS = fc.subarray(NAMES, { minLength: 1, maxLength: NAMES.length }).chain((names) =>
  fc.record(Object.fromEntries(names.map((name) => [name, valueOf(name)])), {
    noNullPrototype: true,
  }),
)

function parsed(given: Readonly<Record<string, string>>) {
  tried += 1
  const read = (name: string) => (Object.hasOwn(given, name) ? (given[name] ?? '') : '')
  try {
    const secrets = secretInputs(read)
    const variables = Object.keys(given).map((name) => `INPUT_${name.toUpperCase()}`)
    return { result: parseInputs(read, { region: 'eu-west-1', given: variables }), secrets }
  } catch (thrown) {
    crashes += 1
    throw thrown
  }
}

test('the inputs that are tried are those of action.yml', () => {
  expect(NAMES.toSorted()).toEqual([...inputNames].toSorted())
})

test('whatever the inputs are, what is wrong is told, input by input, each on a line', () => {
  fc.assert(
    fc.property(INPUTS, (given) => {
      const { result } = parsed({ ...leastInputs, ...given })
      const texts = result.ok ? result.warnings : result.problems.map(({ message }) => message)
      if (!result.ok) {
        for (const { input } of result.problems) expect(NAMES).toContain(input)
      }
      for (const text of texts) {
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|undefined|\[object/u)
        expect(text.length).toBeLessThan(700)
      }
    }),
    runs(4),
  )
})

/** One bad value of each input that `mode: apply` reads without another one beside it. */
const BAD = NAMES.flatMap((name) => {
  const problemsOf = (value: string) => {
    const { result } = parsed({ ...leastInputs, [name]: value })
    return result.ok ? [] : result.problems.filter(({ input }) => input === name)
  }
  const value = ['\u0007{"no,', '-', ' , ', 'x'.repeat(300), '$', '='].find(
    (one) => problemsOf(one).length > 0,
  )
  return value === undefined ? [] : [{ name, value }]
})

test('problems of several inputs are told together: none hides another', () => {
  // Alone it is wrong because there is no `hyperdx-url`, and with one it may be any name.
  const apart = BAD.filter(({ name }) => name !== 'hyperdx-source')
  expect(apart.length).toBeGreaterThan(60)
  fc.assert(
    fc.property(fc.subarray(apart, { minLength: 2 }), (some) => {
      const { result } = parsed({
        ...leastInputs,
        ...Object.fromEntries(some.map(({ name, value }) => [name, value])),
      })
      const told = new Set(result.ok ? [] : result.problems.map(({ input }) => String(input)))
      expect(some.filter(({ name }) => !told.has(name))).toEqual([])
    }),
    runs(),
  )
})

/** Inputs whose values are secret, and the places in other inputs where a secret may stand. */
const SECRET_PLACES: Readonly<Record<string, (secret: string) => string>> = {
  'api-key': (secret) => secret,
  headers: (secret) => `x-team=${secret}`,
  'clickhouse-password': (secret) => secret,
  'exporter-password': (secret) => secret,
  'hyperdx-api-key': (secret) => secret,
  'github-token': (secret) => secret,
  'rotel-environment': (secret) => `ROTEL_CLICKHOUSE_EXPORTER_PASSWORD=${secret}`,
  endpoint: (secret) => `https://user:${secret}@h.example.com:4317`,
  'clickhouse-url': (secret) => `https://user:${secret}@h.example.com:8443`,
  'hyperdx-url': (secret) => `https://user:${secret}@h.example.com`,
}

test('a secret is in no message, whatever stands around it and in the other inputs', () => {
  const secret = fc.stringMatching(/^[0-9a-z]{10}$/).map((text) => `CANARY${text}`)
  const places = fc.subarray(Object.entries(SECRET_PLACES), { minLength: 1 })
  fc.assert(
    fc.property(
      INPUTS,
      places,
      secret,
      nastyText,
      nastyText,
      (others, some, canary, before, after) => {
        const { result } = parsed({
          ...leastInputs,
          ...others,
          ...Object.fromEntries(
            some.map(([name, place]) => [name, place(`${before}${canary}${after}`)]),
          ),
        })
        expect(JSON.stringify(result.ok ? result.warnings : result.problems)).not.toContain(canary)
      },
    ),
    runs(4),
  )
})

test('the time that is spent on an input grows with its length, whatever is repeated in it', () => {
  const part = fuzzPart(PARTS)
  // The most that the environment of a process takes for one variable on Linux is 131,072 bytes.
  const length = IS_WHOLE ? 100_000 : 30_000
  const slow: string[] = []
  NAMES.forEach((name, at) => {
    REPEATED.forEach((unit, by) => {
      if (!part.has(at + by)) return
      const [first = ''] = RIGHT[name] ?? []
      const value = first + unit.repeat(Math.ceil(length / unit.length))
      let shortest = Infinity
      for (let attempt = 0; attempt < 3 && shortest > LIMIT_MS; attempt++) {
        const before = process.cpuUsage()
        parsed({ ...leastInputs, [name]: value })
        const { user, system } = process.cpuUsage(before)
        shortest = Math.min(shortest, (user + system) / 1_000)
      }
      if (shortest <= LIMIT_MS) return
      hangs += 1
      slow.push(`${name}, ${JSON.stringify(unit)}: ${shortest.toFixed(0)} ms`)
    })
  })
  expect(slow).toEqual([])
})

/** Of CPU time. What grows with the square takes at least ten times as long. */
const LIMIT_MS = IS_WHOLE ? 1_000 : 300
/** A plain test run repeats a few of them. */
const PARTS = 60
