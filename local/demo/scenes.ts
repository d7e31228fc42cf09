/** The runs of which docs/ shows the job summaries. Each is a run of the built action on the local stack. */

import type { StepResult } from '../runner/step'
import { repairShop, seedBlocked, seedFleet, seedShop, SHOP, useShop } from './accounts'
import type { DemoWorld } from './world'

interface Scene {
  /** Of its pictures. */
  readonly name: string
  /** The picture ends before the charts, which that of another scene shows. */
  readonly endsBeforeCharts?: boolean
  readonly run: (world: DemoWorld) => Promise<StepResult>
}

export const SCENES: readonly Scene[] = [
  {
    name: 'partial-failure',
    endsBeforeCharts: true,
    async run(world) {
      seedShop(world.aws)
      await useShop(world.aws)
      return world.run({ functions: SHOP })
    },
  },
  {
    name: 'success',
    async run(world) {
      seedShop(world.aws)
      await useShop(world.aws)
      repairShop(world.aws)
      return world.run({
        functions: `${SHOP}\n!shop-container`,
        'cloudwatch-logs': 'deny',
        'cloudwatch-quiet': '3',
      })
    },
  },
  {
    name: 'plan',
    async run(world) {
      seedShop(world.aws)
      repairShop(world.aws)
      await world.run({ functions: 'shop-payments' })
      return world.run({ functions: SHOP, mode: 'plan', 'cloudwatch-logs': 'deny' })
    },
  },
  {
    name: 'blocked',
    run(world) {
      seedBlocked(world.aws)
      return world.run({ functions: 'shop-*' })
    },
  },
  {
    name: '300-functions',
    endsBeforeCharts: true,
    run(world) {
      seedFleet(world.aws)
      return world.run({
        functions: 'service-*',
        'max-functions': '400',
        'stop-after': '100',
        'smoke-concurrency': '50',
        'api-share': '100',
      })
    },
  },
]
