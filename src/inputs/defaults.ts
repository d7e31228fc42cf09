/** All inputs in the order of action.yml, with its defaults. Made from it by `npm run docs`: not edited by hand. */

/**
 * The runner fills defaults in only where an input is left out: `mode: ${{ inputs.mode }}` with nothing in it arrives as
 * an empty string. An input that is empty or blank counts as left out.
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
  'layer-sha256': '',

  exporter: 'otlp',
  endpoint: '',
  protocol: 'auto',
  'api-key': '',
  'api-key-scheme': 'auto',
  'grant-secret-access': 'false',
  headers: '',
  'service-name': '',
  'resource-attributes': '',
  'rotel-env-file': '',
  'rotel-environment': '',
  'exporter-database': 'default',
  'exporter-table-prefix': 'otel',
  'exporter-json': 'auto',
  'exporter-user': '',
  'exporter-password': '',
  'log-format': 'keep',

  'auto-instrumentation': 'none',
  'instrumentation-distribution': 'opentelemetry',
  'instrumentation-layer-arn': '',
  'wrapper-conflict': 'block',

  'smoke-test': '',
  payload: '{"test": "data"}',
  payloads: '',
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
  'hyperdx-source': 'auto',

  'cloudwatch-logs': 'keep',
  'deny-policy-arn': '',
  'cloudwatch-quiet': '60',
  'cloudwatch-price': '0.50',
  iac: 'auto',
  'restore-file': '',

  mode: 'apply',
  'dry-run': 'false',
  comment: 'false',
  'fail-on-change': 'false',
  accept: '',
  'publish-alias': '',
  'on-failure': 'rollback',
  'fail-on': 'any',
  'max-unproven': '200',
  'stop-after': '3',
  'timeout-minutes': '30',
  'api-share': '90',
  'allowed-account-ids': '',
  'github-token': '',
} as const

export type InputName = keyof typeof inputDefaults

/** In the order of action.yml, in which problems are reported. */
export const inputNames = Object.keys(inputDefaults) as readonly InputName[]
