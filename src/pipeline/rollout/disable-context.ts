/** What a rollout gives to the step that disables CloudWatch Logs. */

import { restart } from '../configure/restart'
import type { UpdateTimes } from '../configure/update-times'
import type { DisableContext } from '../disable-logs/context'
import type { Invoke } from '../smoke-test/smoke-test'
import type { Journal } from './journal'
import type { Rollout } from './rollout-context'

/** What is needed to disable logs; `undefined` where that is not asked for. */
export function disableContext(
  { settings, outside, prove, run }: Rollout,
  {
    journal,
    alone,
    halted,
    invoke,
    usersSince,
    updates,
    watches,
  }: {
    readonly journal: Journal
    readonly alone: DisableContext['alone']
    readonly halted: DisableContext['halted']
    readonly invoke: Invoke | undefined
    readonly usersSince: DisableContext['usersSince']
    readonly updates: UpdateTimes
    readonly watches: DisableContext['watches']
  },
): DisableContext | undefined {
  const { logs: wish } = settings
  if (wish.kind !== 'disable' || invoke === undefined) return undefined
  const { lambda, clock, lambdaClock, roles, logGroups: groups } = outside
  return {
    settings: wish,
    roles,
    groups,
    clock,
    lambdaClock,
    records: journal,
    signal: run.signal,
    watches,
    halted,
    alone,
    invoke,
    recordForRestore(change) {
      if (wish.strategy.kind === 'remove') outside.recordForRestore(change)
    },
    restart: (fn) => restart(fn, { lambda, clock, signal: run.signal, journal, halted, updates }),
    lambda: {
      // The last write was before the watch. Functions that end at about the same time read a region's event sources once.
      routedVersions: (arn) => lambda.routedVersions(arn, clock.now() - wish.quietMs),
    },
    usersSince,
    reread: (fn) => lambda.get(fn.arn.region, fn.arn.text),
    proveAgain: (fn, smoke, since) =>
      prove({
        fn,
        changed: true,
        hadRotel: true,
        since,
        smoke,
        invokeAgain: (ended) => invoke(fn, ended),
      }),
  }
}
