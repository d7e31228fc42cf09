/**
 * What Rotel quotes as it ends is shown nowhere: not in the log, the summary, the outputs, annotations or the report
 * file, in either log format, also with `show-function-logs`. Each form of quoting has a value that nobody but the
 * function could read: in an env file, or in a secret.
 */

import { expect, test } from '@jest/globals'
import type { FunctionSeed, LocalAws } from '../../local/aws/local-aws'
import { leaksOf } from '../../local/runner/leaks'
import { configurationOf, FOREIGN, inWorld, statusesOf } from './world'

const CANARY = 'canary-quoted-8a1f'
const PATH = '/var/task/rotel.env'

interface Quoting {
  readonly what: string
  readonly reason: string
  /** Of an env file; */
  readonly lines?: readonly string[]
  /** or what the secret holds that is the key. */
  readonly secret?: string
}

const BASE = 'ROTEL_OTLP_EXPORTER'
const NAMED = [
  'ROTEL_EXPORTERS=a:otlp',
  'ROTEL_EXPORTERS_LOGS=a',
  'ROTEL_EXPORTER_A_ENDPOINT=http://h',
]

const FORMS: readonly Quoting[] = [
  {
    what: 'a JSON secret without `#key`',
    reason: 'extension-invalid-value',
    secret: JSON.stringify({ key: CANARY, user: CANARY }),
  },
  {
    what: 'a secret with a comma',
    reason: 'extension-invalid-value',
    secret: `first,${CANARY}`,
  },
  {
    what: 'a secret with a line break at its end, beside a second header',
    reason: 'extension-bad-header',
    secret: `${CANARY}\n`,
  },
  {
    what: 'a header',
    reason: 'extension-invalid-value',
    lines: [`${BASE}_CUSTOM_HEADERS=${CANARY}`],
  },
  {
    what: 'the name of a header',
    reason: 'extension-bad-header',
    lines: [`${BASE}_CUSTOM_HEADERS="a=b, ${CANARY} x=y"`],
  },
  {
    what: 'the value of a header, over two lines',
    reason: 'extension-bad-header',
    lines: [`${BASE}_CUSTOM_HEADERS="a=first`, `${CANARY},b=c"`],
  },
  {
    what: 'a resource attribute',
    reason: 'extension-invalid-value',
    lines: [`ROTEL_OTEL_RESOURCE_ATTRIBUTES=a=b,${CANARY}`],
  },
  {
    what: 'an endpoint',
    reason: 'extension-bad-endpoint',
    lines: [`${BASE}_LOGS_ENDPOINT="https://user:${CANARY}@h h"`],
  },
  {
    what: 'an argument over three lines',
    reason: 'extension-invalid-value',
    lines: [`${BASE}_PROTOCOL="grpc`, CANARY, `${CANARY} http"`],
  },
  {
    what: 'the variant of a parameter',
    reason: 'extension-invalid-value',
    lines: [...NAMED, `ROTEL_EXPORTER_A_PROTOCOL=${CANARY}`],
  },
  {
    what: 'the type of a parameter',
    reason: 'extension-invalid-value',
    lines: [...NAMED, `ROTEL_EXPORTER_A_TLS_SKIP_VERIFY=${CANARY}`],
  },
  {
    what: 'an exporter that is not there',
    reason: 'extension-bad-exporter',
    lines: [...NAMED, `ROTEL_EXPORTERS_TRACES=${CANARY}`],
  },
  {
    what: 'an exporter of three parts',
    reason: 'extension-bad-exporter',
    lines: [`ROTEL_EXPORTERS=a:otlp:${CANARY}`, 'ROTEL_EXPORTERS_LOGS=a'],
  },
  {
    what: 'the name of an exporter',
    reason: 'extension-bad-endpoint',
    lines: [`ROTEL_EXPORTERS=${CANARY}:otlp`, `ROTEL_EXPORTERS_LOGS=${CANARY}`],
  },
  {
    what: 'a boolean',
    reason: 'extension-invalid-value',
    lines: [
      'ROTEL_EXPORTER=clickhouse',
      'ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT=http://h',
      `ROTEL_CLICKHOUSE_EXPORTER_ASYNC_INSERT=${CANARY}`,
    ],
  },
  {
    what: 'a region',
    reason: 'extension-invalid-value',
    lines: [`ROTEL_AWSXRAY_EXPORTER_REGION=${CANARY}`],
  },
  {
    what: 'a line of the env file',
    reason: 'extension-env-file',
    lines: ['SOME="text', `${CANARY}" and ${CANARY}`],
  },
]

function aFunctionWith(aws: LocalAws, name: string, form: Quoting, more: Partial<FunctionSeed>) {
  if (form.secret === undefined) {
    const files = { [PATH]: `${(form.lines ?? []).join('\n')}\n` }
    return {
      fn: aws.lambda.createFunction({ name, variables: FOREIGN, files, ...more }),
      inputs: { 'rotel-env-file': PATH },
    }
  }
  const arn = aws.secrets.create({ name, value: form.secret })
  const statement = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })
  const { arn: role } = aws.iam.createRole({
    name: `${name}-role`,
    inline: {
      own: {
        Version: '2012-10-17',
        Statement: [
          statement('logs:*', '*'),
          statement('secretsmanager:BatchGetSecretValue', '*'),
          statement('secretsmanager:GetSecretValue', arn),
        ],
      },
    },
  })
  return {
    fn: aws.lambda.createFunction({ name, variables: FOREIGN, role, ...more }),
    inputs: { 'api-key': arn },
  }
}

test.concurrent.each(['Text', 'JSON'] as const)(
  'a value that Rotel quotes is shown nowhere, its cause is, and the function is rolled back: log format %s',
  (logFormat) =>
    inWorld(async ({ aws, job, main }) => {
      const found: unknown[] = []
      for (const [index, form] of FORMS.entries()) {
        const name = `orders-${String(index)}`
        const handler = { logs: ['of the function'] }
        const { fn, inputs } = aFunctionWith(aws, name, form, { logFormat, handler })
        const result = await main({ functions: name, 'show-function-logs': 'true', ...inputs })
        expect(result.exitCode).toBe(1)
        expect(configurationOf(aws.lambda.get(name))).toEqual(configurationOf(fn))
        found.push([form.what, statusesOf(result), leaksOf(result, job, [CANARY])])
      }
      expect(found).toEqual(
        FORMS.map(({ what, reason }, index) => [
          what,
          [`orders-${String(index)}: rolled-back ${reason}`],
          [],
        ]),
      )
    }),
)

test('a function that answered before Rotel ended is not taken for one that works', () =>
  inWorld(async ({ aws, job, main }) => {
    const files = { [PATH]: `${BASE}_CUSTOM_HEADERS=${CANARY}\n` }
    // The line reaches the tail of an answer only by chance; here it is there for certain.
    const raw = `ERROR Failed to run agent. error="invalid KEY=value: no \`=\` found in \`${CANARY}\`"`
    const handler = { logs: [{ raw }], durationMs: 1 }
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, files, handler })
    const result = await main({ functions: 'orders', 'rotel-env-file': PATH })
    expect(statusesOf(result)).toEqual(['orders: rolled-back extension-invalid-value'])
    expect(leaksOf(result, job, [CANARY])).toEqual([])
  }))
