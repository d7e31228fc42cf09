/** Calls in their queue: what goes back into it, for how long, and what ends it. */

import { describe, expect, test } from '@jest/globals'
import { pacing } from '../../src/edges/paced-calls'
import { RunEnded } from '../../src/model/run-signal'
import { aClock } from '../core/support/lambda'

const FAST = { perSecond: 1_000, burst: 1_000 }

/** As AWS's clients throw. */
function thrownBy(name: string, status?: number, headers = {}, skewed = false): Error {
  return Object.assign(new Error('in AWS’s words'), {
    name,
    $metadata: { httpStatusCode: status, clockSkewCorrected: skewed },
    $response: { headers },
  })
}

const THROTTLED = thrownBy('TooManyRequestsException', 429)
const DOWN = thrownBy('ServiceUnavailable', 503)
/** A socket's. */
const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
const NO_SUCH_HOST = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })

/** Throws these, one for each call, then answers. The last one again and again, where it is for ever. */
function answering(failures: readonly Error[], forEver = false) {
  let calls = 0
  const call = () => {
    const failure = failures[forEver ? Math.min(calls, failures.length - 1) : calls]
    calls += 1
    return failure === undefined ? Promise.resolve('answer') : Promise.reject(failure)
  }
  return { call, calls: () => calls }
}

function aQueue(limits = FAST) {
  const clock = aClock()
  const begun = clock.now()
  const pace = pacing(clock)
  return { clock, queue: pace().queue('q', limits), waited: () => clock.now() - begun, pace }
}

describe('a throttled call', () => {
  test.each([
    thrownBy('TooManyRequestsException', 429),
    thrownBy('Throttling', 400),
    thrownBy('ThrottlingException', 400),
    thrownBy('RequestLimitExceeded', 503),
    thrownBy('SlowDown', 503),
    thrownBy('Whatever', 429),
  ])('is sent again until it is answered: $name', async (thrown) => {
    const { queue } = aQueue()
    const { call, calls } = answering(Array<Error>(50).fill(thrown))
    expect(await queue.read(call)).toBe('answer')
    expect(calls()).toBe(51)
  })

  test('waits longer each time, and as long as AWS asks for', async () => {
    const short = aQueue()
    await short.queue.read(answering([THROTTLED, THROTTLED, THROTTLED]).call)
    expect(short.waited()).toBeGreaterThanOrEqual(700)
    expect(short.waited()).toBeLessThan(3_000)

    const long = aQueue()
    const asking = thrownBy('TooManyRequestsException', 429, { 'retry-after': '7' })
    await long.queue.read(answering([asking]).call)
    expect(long.waited()).toBeGreaterThanOrEqual(7_000)

    const hours = aQueue()
    const days = thrownBy('TooManyRequestsException', 429, { 'retry-after': '86400' })
    await hours.queue.read(answering([days]).call)
    expect(hours.waited()).toBeLessThanOrEqual(61_000)
  })

  test('makes those after it slower', async () => {
    const limits = { perSecond: 10, burst: 1 }
    const timeOfTen = async (failures: readonly Error[]) => {
      const { queue, waited } = aQueue(limits)
      const { call } = answering(failures)
      for (let i = 0; i < 10; i++) await queue.read(call)
      return waited()
    }
    const alone = await timeOfTen([])
    expect(await timeOfTen([THROTTLED])).toBeGreaterThan(alone + 300)
  })

  test('goes before those that come for the first time', async () => {
    const { queue } = aQueue({ perSecond: 10, burst: 1 })
    const order: string[] = []
    const { call } = answering([THROTTLED])
    const first = queue.read(async () => {
      const answer = await call()
      order.push('first')
      return answer
    })
    const others = Array.from({ length: 20 }, (_, i) =>
      queue.read(() => Promise.resolve(order.push(String(i)))),
    )
    await Promise.all([first, ...others])
    expect(order.indexOf('first')).toBeLessThan(10)
  })
})

describe('a read without a good answer', () => {
  test.each([DOWN, RESET, thrownBy('TimeoutError')])(
    'is repeated for two minutes: $name $message',
    async (thrown) => {
      const { queue, waited } = aQueue()
      await expect(queue.read(answering([thrown], true).call)).rejects.toBe(thrown)
      expect(waited()).toBeGreaterThanOrEqual(120_000)
      expect(waited()).toBeLessThan(130_000)
      expect(await queue.read(answering([thrown, thrown]).call)).toBe('answer')
    },
  )

  test('is given up earlier where there is no such server', async () => {
    const { queue, waited } = aQueue()
    await expect(queue.read(answering([NO_SUCH_HOST], true).call)).rejects.toBe(NO_SUCH_HOST)
    expect(waited()).toBeLessThan(30_000)
  })

  test('is not waited for where it was only throttled in the meantime', async () => {
    const { queue } = aQueue()
    const failures = [DOWN, ...Array<Error>(100).fill(THROTTLED)]
    expect(await queue.read(answering(failures).call)).toBe('answer')
  })

  test.each([
    thrownBy('AccessDeniedException', 403),
    thrownBy('UnreadableAnswer'),
    new Error('bug'),
  ])('is not repeated where the answer is for good: $name', async (thrown) => {
    const { queue } = aQueue()
    const { call, calls } = answering([thrown], true)
    await expect(queue.read(call)).rejects.toBe(thrown)
    expect(calls()).toBe(1)
  })
})

test('a call that was signed with a wrong time is sent once more', async () => {
  const { queue } = aQueue()
  const skewed = thrownBy('InvalidSignatureException', 403, {}, true)
  expect(await queue.read(answering([skewed]).call)).toBe('answer')
  await expect(queue.read(answering([skewed], true).call)).rejects.toBe(skewed)
})

test('so is one that is never repeated otherwise: refused for its time, it has not run', async () => {
  const { queue } = aQueue()
  const skewed = thrownBy('InvalidSignatureException', 403, {}, true)
  expect(await queue.once(answering([skewed]).call)).toBe('answer')
  const stays = answering([skewed], true)
  await expect(queue.once(stays.call)).rejects.toBe(skewed)
  expect(stays.calls()).toBe(2)
  const down = answering([DOWN])
  await expect(queue.once(down.call)).rejects.toBe(DOWN)
  expect(down.calls()).toBe(1)
})

describe('a write', () => {
  test('is sent again where it was throttled, and only there', async () => {
    const { queue } = aQueue()
    expect(await queue.write(answering([THROTTLED, THROTTLED]).call)).toBe('answer')
    for (const thrown of [DOWN, RESET]) {
      const { call, calls } = answering([thrown], true)
      await expect(queue.write(call)).rejects.toBe(thrown)
      expect(calls()).toBe(1)
    }
  })

  test('asks each time whether it may be sent', async () => {
    const { queue } = aQueue()
    let asked = 0
    const { call, calls } = answering([THROTTLED, THROTTLED, THROTTLED])
    expect(await queue.write(call, () => ++asked < 3)).toBeUndefined()
    expect([asked, calls()]).toEqual([3, 2])
  })
})

test('what is sent once is never sent again', async () => {
  const { queue } = aQueue()
  const { call, calls } = answering([THROTTLED])
  await expect(queue.once(call)).rejects.toBe(THROTTLED)
  expect(calls()).toBe(1)
})

describe('the end of the run', () => {
  const REFUSAL = { reason: 'out-of-time', detail: 'it is late' } as const

  test('ends all that waits in the queue, and what another signal is for goes on', async () => {
    const { pace } = aQueue()
    const ending = new AbortController()
    const limits = { perSecond: 10, burst: 1 }
    const forward = pace(ending.signal).queue('same', limits)
    const rollback = pace().queue('same', limits)
    const never = answering([THROTTLED], true)
    const throttled = forward.read(() => {
      if (never.calls() === 5) ending.abort(new RunEnded(REFUSAL))
      return never.call()
    })
    await expect(throttled).rejects.toMatchObject({ name: 'RunEnded', refusal: REFUSAL })
    const late = answering([])
    await expect(forward.read(late.call)).rejects.toThrow(RunEnded)
    await expect(forward.write(late.call)).rejects.toThrow(RunEnded)
    await expect(forward.once(late.call)).rejects.toThrow(RunEnded)
    expect(late.calls()).toBe(0)
    expect(await rollback.read(answering([THROTTLED]).call)).toBe('answer')
  })

  test('ends a read that is under way, and waits for a write', async () => {
    const { pace } = aQueue()
    const ending = new AbortController()
    const queue = pace(ending.signal).queue('q', FAST)
    const aborted = Object.assign(new Error('Request aborted'), { name: 'AbortError' })
    const read = queue.read(
      ({ abortSignal }) =>
        new Promise((_, reject) => {
          abortSignal?.addEventListener('abort', () => reject(aborted))
        }),
    )
    const write = queue.write(() => new Promise((resolve) => setImmediate(() => resolve('landed'))))
    setImmediate(() => ending.abort(new RunEnded(REFUSAL)))
    await expect(read).rejects.toMatchObject({ refusal: REFUSAL })
    expect(await write).toBe('landed')
  })
})

describe('a read that is of less interest', () => {
  test('waits behind all others that wait, also when it comes again', async () => {
    const { queue } = aQueue({ perSecond: 1, burst: 1 })
    const order: string[] = []
    const named = (name: string, failures: readonly Error[] = []) => {
      const { call } = answering(failures)
      return () => {
        order.push(name)
        return call()
      }
    }
    const endless = new AbortController().signal
    await Promise.all([
      queue.read(named('first')),
      queue.readLast(named('aside', [THROTTLED]), endless),
      queue.read(named('second')),
      queue.read(named('third')),
    ])
    expect(order.filter((name) => name !== 'aside')).toEqual(['first', 'second', 'third'])
    expect(order.slice(-2)).toEqual(['aside', 'aside'])
  })

  test('ends when nobody wants it any more', async () => {
    const { queue } = aQueue()
    const limit = new AbortController()
    const { call } = answering([THROTTLED], true)
    const read = queue.readLast(() => {
      limit.abort(new Error('over'))
      return call()
    }, limit.signal)
    await expect(read).rejects.toThrow()
  })
})

describe('credentials that have ended are told by the first refusal', () => {
  const told = async (failures: readonly Error[]): Promise<readonly string[]> => {
    const all: string[] = []
    const pace = pacing(aClock(), (detail, ended) => all.push(`${ended} ${detail}`))
    const queue = pace().queue('q', FAST)
    for (const failure of failures) await queue.write(answering([failure]).call).catch(() => 0)
    return all
  }

  test.each(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired'])(
    'of AWS: %s',
    async (name) => {
      expect(await told([thrownBy(name, 403)])).toEqual([`for-good ${name}: in AWS’s words`])
    },
  )

  test.each(['CredentialsProviderError', 'TokenProviderError', 'InvalidIdentityToken'])(
    'of the client, which may find some later: %s',
    async (name) => {
      expect(await told([thrownBy(name)])).toEqual([`for-now ${name}: in AWS’s words`])
    },
  )

  test.each(['UnrecognizedClientException', 'InvalidClientTokenId'])(
    'and not where the region may only not be enabled, unless it has taken them before: %s',
    async (name) => {
      expect(await told([thrownBy(name, 403)])).toEqual([])
      const calls = answering([])
      const all: string[] = []
      const pace = pacing(aClock(), (_, ended) => all.push(ended))
      const before = pace().queue('us-east-1', FAST)
      await before.read(calls.call)
      await pace()
        .queue('ap-east-1', FAST)
        .write(answering([thrownBy(name, 403)]).call)
        .catch(() => 0)
      expect(all).toEqual([])
      await before.write(answering([thrownBy(name, 403)]).call).catch(() => 0)
      expect(all).toEqual(['for-good'])
    },
  )

  test.each(['AccessDeniedException', 'SignatureDoesNotMatch', 'InvalidSignatureException'])(
    'and by nothing else: %s',
    async (name) => {
      expect(await told([thrownBy(name, 403)])).toEqual([])
    },
  )

  test('which its call rejects with, and no other', async () => {
    const ending = new AbortController()
    const pace = pacing(aClock(), () =>
      ending.abort(new RunEnded({ reason: 'credentials-refused', detail: 'x' })),
    )
    const queue = pace(ending.signal).queue('q', FAST)
    const refused = thrownBy('ExpiredToken', 403)
    await expect(queue.read(answering([refused]).call)).rejects.toBe(refused)
    const { call, calls } = answering([])
    await expect(queue.write(call)).rejects.toBeInstanceOf(RunEnded)
    expect(calls()).toBe(0)
  })
})
