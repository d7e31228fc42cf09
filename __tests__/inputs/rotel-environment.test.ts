import { expect, test } from '@jest/globals'
import { type Given, problems, settings, warnings } from './given'

test('variables of Rotel and the SDK pass as they are', () => {
  const environment = `
    # tuning
    ROTEL_BATCH_MAX_SIZE=1024
    OTEL_PROPAGATORS=tracecontext,baggage
    OTEL_EXPORTER_OTLP_HEADERS=a=b
    ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=Authorization=Bearer abc,x-a=1
    ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=https://logs.example.com/v1/logs
  `
  expect(settings({ 'rotel-environment': environment }).environment).toEqual([
    { name: 'ROTEL_BATCH_MAX_SIZE', value: '1024' },
    { name: 'OTEL_PROPAGATORS', value: 'tracecontext,baggage' },
    { name: 'OTEL_EXPORTER_OTLP_HEADERS', value: 'a=b' },
    { name: 'ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS', value: 'Authorization=Bearer abc,x-a=1' },
    { name: 'ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT', value: 'https://logs.example.com/v1/logs' },
  ])
})

test.each([
  ['ROTEL_OTLP_EXPORTER_ENDPOINT', '`endpoint`'],
  ['ROTEL_OTLP_EXPORTER_PROTOCOL', '`protocol`'],
  ['ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', '`headers`'],
  ['ROTEL_OTEL_RESOURCE_ATTRIBUTES', '`resource-attributes`'],
  ['ROTEL_EXPORTER', '`exporter`'],
  ['ROTEL_ENV_FILE', '`rotel-env-file`'],
  ['AWS_LAMBDA_EXEC_WRAPPER', 'belongs to Lambda'],
  ['LAMBDA_TASK_ROOT', 'belongs to Lambda'],
])('%s is set elsewhere or not at all', (name, why) => {
  const found = problems({ 'rotel-environment': `${name}=hunter2` })
  expect(found).toEqual([expect.stringContaining(`line 1 sets \`${name}\``)])
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('hunter2')
})

test.each([
  ['FOO=hunter2', '`ROTEL_…` or `OTEL_…`'],
  ['hunter2', 'has no `=`'],
  ['hunter2=', '`ROTEL_…` or `OTEL_…`'],
  ['ROTEL-X=hunter2', '`ROTEL_…` or `OTEL_…`'],
  ['export ROTEL_X=hunter2', '`ROTEL_…` or `OTEL_…`'],
  ['rotel_x=hunter2', '`ROTEL_…` or `OTEL_…`'],
  ['ROTEL_=hunter2', '`ROTEL_…` or `OTEL_…`'],
  ['ROTEL_X=', 'no value'],
  ['ROTEL_X=a\thunter2', 'a control character'],
  ['ROTEL_X=${arn:hunter2}', 'not a complete ARN'],
  ['ROTEL_X=secret://hunter2', 'an ARN does not follow'],
  [
    'OTEL_X=${arn:aws:ssm:eu-west-1:123456789012:parameter/hunter2}',
    'the SDK would use the reference',
  ],
  ['ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=hunter2', 'is not a list'],
  ['ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=a=hunter2, b=1', 'a name that HTTP does not allow'],
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=ftp://hunter2', 'a scheme other than'],
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=10.1.2.3:4318', 'not a URL'],
])('%j is refused by its line alone', (environment, why) => {
  const found = problems({ 'rotel-environment': environment })
  expect(found).toEqual([expect.stringMatching(/^rotel-environment: `rotel-environment`: line 1 /)])
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('hunter2')
})

test.each([
  ['ROTEL_ENVIRONMENT="hunter2"', 'a quote'],
  ['ROTEL_ENVIRONMENT= hunter2', 'a space'],
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=hunter2:4318', 'no scheme'],
])('%j runs, so there is a warning by its line alone', (environment, why) => {
  const found = warnings({ 'rotel-environment': environment })
  expect(found).toEqual([expect.stringMatching(/^`rotel-environment`: line 1 sets /)])
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('hunter2')
})

const TELEMETRY_POST = 1000

test.each([
  ['ROTEL_BATCH_MAX_SIZE=100', 1],
  [`ROTEL_LOGS_BATCH_MAX_SIZE=${String(TELEMETRY_POST - 1)}`, 1],
  ['ROTEL_LOGS_BATCH_MAX_SIZE=0', 1],
  ['ROTEL_TRACES_BATCH_MAX_SIZE=10', 1],
  ['ROTEL_BATCH_MAX_SIZE=1000', 0],
  [`ROTEL_BATCH_MAX_SIZE=600\nROTEL_LOGS_BATCH_MAX_SIZE=${String(TELEMETRY_POST)}`, 0],
  ['ROTEL_METRICS_BATCH_MAX_SIZE=1', 0],
])('with %j, %d batch size is too small for what Rotel gets at once', (environment, count) => {
  const found = problems({ 'rotel-environment': environment })
  expect(found).toHaveLength(count)
  for (const problem of found) expect(problem).toContain('drops larger bursts')
})

test('references stand in variables of Rotel, and ARNs of other things stay as they are', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
  const environment = [
    `ROTEL_OTLP_EXPORTER_BASIC_AUTH_PASSWORD=secret://${secret}#password`,
    `ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=${secret}`,
    `ROTEL_OTLP_EXPORTER_TRACES_CUSTOM_HEADERS=a=\${${secret}}`,
    'ROTEL_X=arn:aws:iam::123456789012:role/x',
  ].join('\n')
  expect(settings({ 'rotel-environment': environment }).environment).toEqual([
    { name: 'ROTEL_OTLP_EXPORTER_BASIC_AUTH_PASSWORD', value: `\${${secret}#password}` },
    { name: 'ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS', value: `\${${secret}}` },
    { name: 'ROTEL_OTLP_EXPORTER_TRACES_CUSTOM_HEADERS', value: `a=\${${secret}}` },
    { name: 'ROTEL_X', value: 'arn:aws:iam::123456789012:role/x' },
  ])
})

test('a variable is set once', () => {
  expect(problems({ 'rotel-environment': 'ROTEL_X=1\nROTEL_X=2' })).toEqual([
    'rotel-environment: `rotel-environment`: line 2 sets `ROTEL_X` a second time.',
  ])
})

test.each([
  ['ROTEL_ENABLE_INTERNAL_TELEMETRY=yes', 'neither `true` nor `false`'],
  ['ROTEL_DISABLE_BATCHING=TRUE', 'neither `true` nor `false`'],
  ['ROTEL_BATCH_MAX_SIZE=1e3', 'not a whole number'],
  ['ROTEL_LOGS_BATCH_TIMEOUT=5', 'not a duration'],
  ['ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT=1.5s', 'not a duration'],
  ['ROTEL_OTLP_GRPC_ENDPOINT=example.com:4317', 'not an address'],
  ['ROTEL_TELEMETRY_ENDPOINT=0.0.0.0:99999', 'not an address'],
  ['ROTEL_OTLP_EXPORTER_COMPRESSION=zstd', 'not one of gzip, none'],
  ['ROTEL_OTLP_EXPORTER_LOGS_PROTOCOL=GRPC', 'not one of grpc, http'],
  ['ROTEL_OTLP_EXPORTER_TLS_CA_FILE=/var/task/ca.pem', 'is not supported'],
  ['ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=a:b=c', 'name that HTTP does not allow'],
])('%j is what Rotel cannot parse', (environment, why) => {
  const found = problems({ 'rotel-environment': environment })
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(why)
})

test.each([
  'ROTEL_DISABLE_BATCHING=true',
  'ROTEL_LOGS_BATCH_TIMEOUT=1min 30s',
  'ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT=250ms',
  'ROTEL_OTLP_GRPC_ENDPOINT=localhost:5317',
  'ROTEL_OTLP_HTTP_ENDPOINT=[::1]:5318',
  'ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY=false',
])('%j is what Rotel can', (environment) =>
  expect(problems({ 'rotel-environment': environment })).toEqual([]),
)

const STRAIGHT: Given = {
  exporter: 'clickhouse',
  endpoint: 'https://ch.example.com:8443',
  'api-key': '',
}
const NAMED = 'ROTEL_EXPORTERS=main:otlp,none:blackhole\nROTEL_EXPORTER_MAIN_ENDPOINT=https://a.b:1'

test.each([
  ['no exporter takes the logs', { 'rotel-environment': NAMED }, 'ROTEL_EXPORTERS_LOGS is not'],
  [
    'a blackhole takes them',
    { 'rotel-environment': `${NAMED}\nROTEL_EXPORTERS_LOGS=none` },
    'names a blackhole',
  ],
  [
    'they go to an exporter that is not there',
    { 'rotel-environment': `${NAMED}\nROTEL_EXPORTERS_LOGS=other` },
    'that ROTEL_EXPORTERS does not',
  ],
  [
    'an exporter takes other signals alone',
    { 'rotel-environment': 'ROTEL_EXPORTERS=awsxray\nROTEL_EXPORTERS_LOGS=awsxray' },
    'supports only traces',
  ],
  [
    'an exporter is of no known type',
    { 'rotel-environment': 'ROTEL_EXPORTERS=main:kafka\nROTEL_EXPORTERS_LOGS=main' },
    'unknown type',
  ],
  [
    'an exporter has no endpoint',
    { 'rotel-environment': 'ROTEL_EXPORTERS=main:otlp\nROTEL_EXPORTERS_LOGS=main' },
    'has no ROTEL_EXPORTER_<NAME>_ENDPOINT',
  ],
  [
    'two ways of choosing exporters meet',
    { ...STRAIGHT, 'rotel-environment': `${NAMED}\nROTEL_EXPORTERS_LOGS=main` },
    'cannot both be set',
  ],
  [
    'two listeners share a port',
    { 'rotel-environment': 'ROTEL_OTLP_HTTP_ENDPOINT=127.0.0.1:4317' },
    'both use port 4317',
  ],
  [
    'a receiver is on the port of Lambda’s telemetry',
    { 'rotel-environment': 'ROTEL_OTLP_GRPC_ENDPOINT=127.0.0.1:8990' },
    'both use port 8990',
  ],
] as const)('a combination is refused where %s', (_, given, why) => {
  const found = problems(given)
  expect(found).toEqual([expect.stringMatching(/^rotel-environment: /)])
  expect(found[0]).toContain(why)
})

test('several exporters pass where one of them takes the logs, and it is said what they leave aside', () => {
  expect(warnings({ 'rotel-environment': `${NAMED}\nROTEL_EXPORTERS_LOGS=main` })).toEqual([
    expect.stringContaining('ignores `endpoint`'),
  ])
})

test('a name that Rotel does not read is warned about, with the one that was meant', () => {
  expect(warnings({ 'rotel-environment': 'ROTEL_BATCH_MAXSIZE=1024' })).toEqual([
    expect.stringContaining('Did you mean `ROTEL_BATCH_MAX_SIZE`?'),
  ])
})
