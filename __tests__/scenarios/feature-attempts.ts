/** More steps of the fault matrix: what those of step-attempts.ts do not use, and with it calls that they do not make. */

import { expect } from '@jest/globals'
import type { Attempt } from './disturbed-step'
import { ACCESS_KEY, type StackWorld, WRITER_PASSWORD } from './stack-world'
import { configure, deny, plan } from './step-attempts'
import { statusesOf } from './world'

/** Past the collector: its tables are described, and a control record is inserted. */
export const exportToClickHouse: Attempt = {
  title: '`exporter: clickhouse`',
  async prepare(world) {
    return {
      ...(await configure.prepare(world)),
      exporter: 'clickhouse',
      endpoint: world.clickStack.clickHouseUrl,
      'exporter-user': 'writer',
      'exporter-password': WRITER_PASSWORD,
      // The collector's.
      protocol: '',
      'api-key': '',
      'api-key-scheme': '',
      headers: '',
    }
  },
}

export const instrumentation: Attempt = {
  title: '`auto-instrumentation` with `verify-traces`',
  async prepare(world) {
    const inputs = await configure.prepare(world)
    return { ...inputs, 'auto-instrumentation': 'auto', 'verify-traces': 'true' }
  },
}

const byHyperDx = ({ clickStack }: StackWorld) => ({
  'clickhouse-url': '',
  'clickhouse-password': '',
  'hyperdx-url': clickStack.hyperDxUrl,
  'hyperdx-api-key': ACCESS_KEY,
})

export const denyThroughHyperDx: Attempt = {
  title: '`cloudwatch-logs: deny`, proven through HyperDX',
  async prepare(world) {
    return { ...(await deny.prepare(world)), ...byHyperDx(world) }
  },
}

export const keepOnFailure: Attempt = {
  title: '`on-failure: keep`',
  async prepare(world) {
    return { ...(await configure.prepare(world)), 'on-failure': 'keep' }
  },
}

/** The comment is there, and is written anew, on a server that does not tell who the token is. */
export const planAgain: Attempt = {
  title: '`mode: plan` with another comment in the place of the first',
  github: 'comment without GraphQL',
  async prepare(world) {
    const inputs = await plan.prepare(world)
    expect((await world.main(inputs)).exitCode).toBe(0)
    return { ...inputs, 'log-format': 'json' }
  },
}

export const dryRemoval: Attempt = {
  title: '`mode: remove` with `dry-run`',
  async prepare(world) {
    const inputs = await deny.prepare(world)
    expect(statusesOf(await world.main(inputs))).toEqual(['orders: instrumented'])
    return { functions: 'orders', mode: 'remove', 'dry-run': 'true' }
  },
}
