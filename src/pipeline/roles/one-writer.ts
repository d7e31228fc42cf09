/** IAM has no revisions: whoever writes to a role in this run does it alone (promise P9). */

import PQueue from 'p-queue'

/** @param roles ARNs; taken in one order, so that two that need the same ones never wait for each other */
export type Alone = <T>(roles: readonly string[], work: () => Promise<T>) => Promise<T>

export function oneWriterPerRole(): Alone {
  const queues = new Map<string, PQueue>()
  const take = <T>(roles: readonly string[], work: () => Promise<T>): Promise<T> => {
    const [role, ...others] = roles
    if (role === undefined) return work()
    const queue = queues.get(role) ?? new PQueue({ concurrency: 1 })
    queues.set(role, queue)
    return queue.add(() => take(others, work))
  }
  return (roles, work) => take([...new Set(roles)].sort(), work)
}
