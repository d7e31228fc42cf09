/**
 * In which order functions are written, so that a fault of the setting meets few of them (promise P4): first a canary of
 * each group, then the rest, never more than so many at once, and nothing more after so many failures.
 */

import PQueue from 'p-queue'

/**
 * `kept`: written and left so without a proof, as the user asked for functions without traffic. `throttled`: too many
 * calls kept it from its proof, which tells nothing of the setting.
 */
export type WaveEnd = 'as-wanted' | 'kept' | 'failed' | 'throttled'

export interface WaveOptions<T> {
  /** Functions of one group stand and fall together: same region, architecture and runtime. */
  readonly groupOf: (item: T) => string
  /** Carries one function through to one of its end states. Never rejects. */
  readonly attach: (item: T) => Promise<WaveEnd>
  /** Functions that are under way, at most. */
  readonly maxUnproven: number
  /** Failures after which no function is begun. */
  readonly stopAfter: number
  /** The run was cancelled or is out of time. */
  readonly isOver: () => boolean
}

/** Never more functions than this are written before one is proven. */
const CANARIES = 5

/** Why nothing more may be written: so many have failed, or so many were left without a proof. */
export type WaveStop = 'failures' | 'unproven'

export interface Waves {
  /** `undefined`: more may be written. */
  readonly stoppedBy: () => WaveStop | undefined
  /** Resolves when everything that was begun has come to its end. */
  run(): Promise<void>
}

export function waves<T>(items: readonly T[], options: WaveOptions<T>): Waves {
  let failures = 0
  let anyProven = false
  /** As many failures as canaries and not one proof: whatever `stop-after` says, the setting is at fault. */
  const allCanariesFailed = () => !anyProven && failures >= CANARIES
  let kept = 0
  const stoppedBy = (): WaveStop | undefined => {
    if (failures >= options.stopAfter || allCanariesFailed()) return 'failures'
    return kept >= options.maxUnproven ? 'unproven' : undefined
  }
  /** For functions that are under way: those that were kept take up their places for good. */
  const room = () => Math.max(1, options.maxUnproven - kept)
  const queue = new PQueue({ concurrency: room() })
  const begin = async (item: T): Promise<boolean> => {
    if (stoppedBy() !== undefined || options.isOver()) return false
    const end = await options.attach(item)
    if (end === 'failed') failures += 1
    else if (end !== 'throttled') anyProven = true
    if (end === 'kept') {
      kept += 1
      queue.concurrency = room()
    }
    return end !== 'failed' && end !== 'throttled'
  }

  /** Canaries go out in rounds: a group whose canary failed sends the next one, until one is proven or the run stops. */
  async function proveCanaries(waiting: Map<string, T[]>): Promise<void> {
    const failed = new Set<string>()
    const candidates = () =>
      [...waiting.entries()]
        .filter(([group, members]) => members.length > 0 && (failed.has(group) || !anyProven))
        .slice(0, Math.min(anyProven ? CANARIES : CANARIES - failures, room()))
    for (let round = candidates(); round.length > 0; round = candidates()) {
      await Promise.all(
        round.map(async ([group, members]) => {
          const canary = members.shift()
          if (canary === undefined) return
          if (await begin(canary)) failed.delete(group)
          else failed.add(group)
        }),
      )
    }
  }

  return {
    stoppedBy,
    async run() {
      const waiting = new Map<string, T[]>()
      for (const item of items) {
        const group = options.groupOf(item)
        waiting.set(group, [...(waiting.get(group) ?? []), item])
      }
      await proveCanaries(waiting)
      await queue.addAll([...waiting.values()].flat().map((item) => () => begin(item)))
    },
  }
}
