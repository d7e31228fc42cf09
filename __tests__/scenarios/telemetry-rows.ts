/** Rows as Rotel leaves them, of functions and environments that a scenario only pretends to have. */

import { INGESTION_KEY, type StackWorld } from './stack-world'
import { FOREIGN } from './world'

export interface PretendedRow {
  readonly functionName?: string
  readonly region?: string
  /** That of Local AWS unless given; empty: the rows do not tell it. */
  readonly account?: string
  readonly version?: string
  /** The function's name unless given. */
  readonly serviceName?: string
  readonly body: string
  /** Whose line it is; the function's unless given. */
  readonly type?: 'function' | 'extension'
  /** ms since the epoch; now unless given. */
  readonly at?: number
  readonly invocationId?: string
}

/** Of Local AWS, unless a scenario says otherwise. */
export const ACCOUNT = '123456789012'

export const START_LINE = 'Rotel Lambda Extension started in 66ms\n'

/** Puts rows into ClickStack past its receivers. */
export async function pretend(
  { clickStack }: Pick<StackWorld, 'clickStack'>,
  ...rows: readonly PretendedRow[]
): Promise<void> {
  for (const row of rows) {
    const { functionName = 'orders', region = 'us-east-1', version = '$LATEST' } = row
    const { account = ACCOUNT } = row
    const { serviceName = functionName, type = 'function', at = Date.now() } = row
    await clickStack.seed({
      signal: 'logs',
      batches: [
        {
          resource: {
            'faas.invoked_provider': 'aws',
            'service.name': serviceName,
            'faas.name': functionName,
            'faas.max_memory': '128',
            'faas.version': version,
            'faas.invoked_region': region,
            ...(account !== '' && { 'cloud.account.id': account }),
          },
          scope: { name: 'github.com/streamfold/rotel-lambda-extension' },
          records: [
            {
              time: BigInt(Math.floor(at)) * 1_000_000n,
              body: row.body,
              attributes: {
                type,
                ...(row.invocationId !== undefined && { 'faas.invocation_id': row.invocationId }),
              },
            },
          ],
        },
      ],
    })
  }
}

/** What makes a function one that sends to the stack already, with an older layer: with its settings accepted, a run changes it. */
export function withOlderRotel({ aws, rotelVariables }: StackWorld) {
  return {
    layers: [aws.lambda.layers.rotelArn({ version: 6 })],
    variables: { ...FOREIGN, ...rotelVariables },
  }
}

export const ACCEPT = { accept: 'foreign-settings' }

/** Resolves when the proof has asked for a function's logs for the first time: the change is effective by then. */
export async function proofBegun({ clickStack }: Pick<StackWorld, 'clickStack'>): Promise<void> {
  await until(() => clickStack.clickHouse.queries.some(({ sql }) => sql.includes('fresh_rows')))
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The key check of the stack, for worlds that say more of their ClickStack. */
export const RAW_KEY = { ingestionKey: { scheme: 'raw', key: INGESTION_KEY } } as const
export const BEARER_KEY = { ingestionKey: { scheme: 'bearer', key: INGESTION_KEY } } as const
