/**
 * Loaded by Node before a step (`--import`): for it time passes faster, so that a wait of a minute is over in seconds. The
 * product knows nothing of it. FAST_TIME holds the instant at which time began to run faster, how many times faster, and by
 * how many ms the step's clock is ahead.
 */

import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'

const [begin = 0, factor = 1, ahead = 0] = (process.env.FAST_TIME ?? '').split(' ').map(Number)

const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(FastDate.now())
    else super(...given)
  }

  static now() {
    return begin + (RealDate.now() - begin) * factor + ahead
  }
}
const FastDate = globalThis.Date

for (const name of ['setTimeout', 'setInterval']) {
  const real = timers[name]
  timers[name] = globalThis[name] = (work, ms = 0, ...given) => real(work, ms / factor, ...given)
}
const { setTimeout: pause } = timersPromises
timersPromises.setTimeout = (ms = 0, ...given) => pause(ms / factor, ...given)
const { setTimeout: whenIdle } = Socket.prototype
Socket.prototype.setTimeout = function (ms, ...given) {
  return whenIdle.call(this, Math.ceil(ms / factor), ...given)
}
const { timeout } = AbortSignal
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.ceil(ms / factor))
syncBuiltinESMExports()
