/** The demo against a ClickStack of the reader: `DEMO_ENDPOINT`, `DEMO_CLICKHOUSE_URL`, …, named like the action's inputs. */

const INPUTS = [
  'endpoint',
  'protocol',
  'api-key',
  'api-key-scheme',
  'clickhouse-url',
  'clickhouse-user',
  'clickhouse-password',
  'clickhouse-database',
  'hyperdx-url',
  'hyperdx-api-key',
]

export type OwnClickStack =
  | { readonly kind: 'none' }
  /** Inputs of the action. */
  | { readonly kind: 'given'; readonly inputs: Readonly<Record<string, string>> }
  | { readonly kind: 'incomplete'; readonly problem: string }

export function ownClickStack(env: Readonly<Record<string, string | undefined>>): OwnClickStack {
  const given = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('DEMO_') && value !== undefined && value !== ''
      ? [{ name, input: name.slice('DEMO_'.length).toLowerCase().replaceAll('_', '-'), value }]
      : [],
  )
  if (given.length === 0) return { kind: 'none' }
  const unknown = given.filter(({ input }) => !INPUTS.includes(input)).map(({ name }) => name)
  if (unknown.length > 0) {
    const known = INPUTS.map(variableOf).join(', ')
    return incomplete(`Unknown: ${unknown.join(', ')}. The demo reads ${known}.`)
  }
  const inputs = Object.fromEntries(given.map(({ input, value }) => [input, value]))
  if (inputs['endpoint'] === undefined) {
    return incomplete('Set DEMO_ENDPOINT, the OTLP endpoint of your ClickStack.')
  }
  if (inputs['clickhouse-url'] === undefined && inputs['hyperdx-api-key'] === undefined) {
    return incomplete(
      'Set DEMO_CLICKHOUSE_URL (with DEMO_CLICKHOUSE_USER and DEMO_CLICKHOUSE_PASSWORD), or DEMO_HYPERDX_URL and DEMO_HYPERDX_API_KEY: with them the demo proves that the telemetry arrives.',
    )
  }
  return { kind: 'given', inputs }
}

function variableOf(input: string): string {
  return `DEMO_${input.toUpperCase().replaceAll('-', '_')}`
}

function incomplete(problem: string): OwnClickStack {
  return { kind: 'incomplete', problem }
}
