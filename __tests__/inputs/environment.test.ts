import { expect, test } from '@jest/globals'
import { problems, wanted } from './given'

test('variables of Rotel and the SDK pass as they are', () => {
  const environment = `
    # tuning
    ROTEL_BATCH_MAX_SIZE=1024
    OTEL_PROPAGATORS=tracecontext,baggage
    OTEL_EXPORTER_OTLP_HEADERS=a=b
    ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=Authorization=Bearer abc,x-a=1
    ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=https://logs.example.com/v1/logs
  `
  expect(wanted({ environment }).export.environment).toEqual([
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
  ['ROTEL_ENV_FILE', '`env-file`'],
  ['ROTEL_EXPORTERS', 'not available yet'],
  ['ROTEL_EXPORTERS_LOGS', 'not available yet'],
  ['AWS_LAMBDA_EXEC_WRAPPER', 'belongs to Lambda'],
  ['LAMBDA_TASK_ROOT', 'belongs to Lambda'],
])('%s is set elsewhere or not at all', (name, why) => {
  const found = problems({ environment: `${name}=hunter2` })
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
  ['ROTEL_X="hunter2"', 'a quote'],
  ['ROTEL_X= hunter2', 'a blank'],
  ['ROTEL_X=a\thunter2', 'a control character'],
  ['ROTEL_X=${arn:hunter2}', 'not a whole ARN'],
  ['ROTEL_X=secret://hunter2', 'no ARN follows'],
  ['OTEL_X=${arn:aws:ssm:eu-west-1:123456789012:parameter/hunter2}', 'the SDK would take it'],
  ['ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=hunter2', 'is not a list'],
  ['ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=a=hunter2, b=1', 'is not a list'],
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=hunter2:4318', 'no scheme'],
])('%j is refused by its line alone', (environment, why) => {
  const found = problems({ environment })
  expect(found).toEqual([expect.stringMatching(/^environment: `environment`: line 1 /)])
  expect(found[0]).toContain(why)
  expect(found[0]).not.toContain('hunter2')
})

test('references stand in variables of Rotel, and ARNs of other things stay as they are', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
  const environment = [
    `ROTEL_CLICKHOUSE_EXPORTER_PASSWORD=secret://${secret}#password`,
    `ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=${secret}`,
    `ROTEL_OTLP_EXPORTER_TRACES_CUSTOM_HEADERS=a=\${${secret}}`,
    'ROTEL_X=arn:aws:iam::123456789012:role/x',
  ].join('\n')
  expect(wanted({ environment }).export.environment).toEqual([
    { name: 'ROTEL_CLICKHOUSE_EXPORTER_PASSWORD', value: `\${${secret}#password}` },
    { name: 'ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS', value: `\${${secret}}` },
    { name: 'ROTEL_OTLP_EXPORTER_TRACES_CUSTOM_HEADERS', value: `a=\${${secret}}` },
    { name: 'ROTEL_X', value: 'arn:aws:iam::123456789012:role/x' },
  ])
})

test('a variable is set once', () => {
  expect(problems({ environment: 'ROTEL_X=1\nROTEL_X=2' })).toEqual([
    'environment: `environment`: line 2 sets `ROTEL_X` a second time.',
  ])
})
