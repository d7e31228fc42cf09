/** All inputs of action.yml in its order, with its defaults. A test holds both files together. */

/**
 * Repeated here because the runner fills defaults in only where an input is left out: `mode: ${{ inputs.mode }}` with
 * nothing in it arrives as an empty string. An input that is empty or blank counts as left out.
 */
export const inputDefaults = {
  functions: '',
  'function-tags': '',
  stack: '',
  regions: '',
  architecture: 'auto',
  shard: '',
  'max-functions': '100',

  'layer-version': 'bundled',
  'layer-arn': '',
  'allow-unsupported-runtime': 'false',

  exporter: 'otlp',
  endpoint: '',
  protocol: 'auto',
  'api-key': '',
  'api-key-scheme': 'raw',
  'grant-secret-access': 'false',
  headers: '',
  'service-name': '',
  'resource-attributes': '',
  'env-file': '',
  environment: '',
  'exporter-database': 'default',
  'exporter-table-prefix': 'otel',
  'exporter-json': 'false',
  'exporter-user': '',
  'exporter-password': '',
  'log-format': 'keep',
  adopt: 'false',

  'auto-instrumentation': 'none',
  'instrumentation-distribution': 'opentelemetry',
  'instrumentation-layer-arn': '',
  'wrapper-conflict': 'block',

  'smoke-test': '',
  payload: '{"test": "data"}',
  payloads: '',
  'accept-function-errors': 'false',
  'smoke-concurrency': '10',
  qualifier: '',
  'show-function-logs': 'false',

  verify: 'auto',
  'verify-level': 'environment',
  'verify-timeout': '180',
  'verify-traces': 'false',
  'on-no-traffic': 'fail',
  'endpoint-check': 'warn',
  'clickhouse-url': '',
  'clickhouse-user': '',
  'clickhouse-password': '',
  'clickhouse-database': 'default',
  'hyperdx-url': '',
  'hyperdx-api-key': '',

  'cloudwatch-logs': 'keep',
  'deny-policy-arn': '',
  'cloudwatch-quiet': '60',
  'cloudwatch-price': '0.50',
  'allow-shared-role': 'false',
  'accept-log-loss': 'false',
  'accept-drift': 'false',
  iac: 'auto',
  'restore-file': '',

  mode: 'apply',
  'on-failure': 'rollback',
  'fail-on': 'any',
  'max-unproven': '200',
  'stop-after': '3',
  'timeout-minutes': '30',
  'api-share': '50',
  'publish-alias': '',
  comment: 'false',
  'fail-on-change': 'false',
  'allowed-account-ids': '',
  // action.yml's default is an expression that the runner fills in; there is none outside a runner.
  'github-token': '',
} as const

export type InputName = keyof typeof inputDefaults

/** In the order of action.yml, in which problems are reported. */
export const inputNames = Object.keys(inputDefaults) as readonly InputName[]
