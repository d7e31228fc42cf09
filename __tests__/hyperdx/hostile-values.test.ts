/** Values that try to leave their string, through real ClickHouse. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startEngine, type Engine } from '../../local/clickstack/engine'
import { startClickStack } from '../../local/clickstack'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import { sqlText, sqlTexts } from '../../src/systems/clickstack/sql-text'
import { rotelLogs, sought, startLine, testClock, valueOf } from './support'

const HOSTILE = [
  `' OR 1=1 --`,
  `\\' OR 1=1 --`,
  `\\\\' OR 1=1 --`,
  `'; DROP TABLE otel_logs; --`,
  `') OR (ServiceName != '`,
  `unhex('61')`,
  '`"$$ $__timeFilter {id:String} /* */ -- # %27 \u0000\n\r\t\\0 ’ ＇ 😀',
  '🙂'.repeat(20),
]

describe('A quoted value', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await startEngine()
  })
  afterAll(() => engine.close())

  const hexOf = async (sql: string) =>
    String((await engine.query({ sql: `SELECT hex(${sql})` })).bytes)
      .trim()
      .toLowerCase()

  test('is the same bytes in ClickHouse', async () => {
    const nasty = fc.string({ unit: fc.constantFrom(...Array.from(`'"\`\\;-$_{}()%\0\n abc😀é`)) })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary' }), nasty, fc.constantFrom(...HOSTILE)),
        async (value) => {
          expect(await hexOf(sqlText(value))).toBe(Buffer.from(value).toString('hex'))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('has nothing in it that any grammar takes for more than letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(sqlText(value)).toMatch(/^('[A-Za-z0-9 _.$:/=@+-]*'|unhex\('[0-9a-f]*'\))$/)
        expect(sqlText(value)).not.toContain('$__')
      }),
    )
  })

  test('goes into lists, empty ones too', async () => {
    const rows = async (sql: string) => String((await engine.query({ sql })).bytes).trim()
    expect(await rows(`SELECT 'a' IN (${sqlTexts(['b', 'a', `'`])})`)).toBe('1')
    expect(await rows(`SELECT 'a' IN (${sqlTexts([])})`)).toBe('0')
    expect(await rows(`SELECT multiSearchAny('x', array(${sqlTexts([`'`, 'y'])}))`)).toBe('0')
  })
})

test('Hostile names, services, ids and lines find their own rows and no others', async () => {
  const stack = await startClickStack({ rateLimit: { requests: 10_000, windowMs: 60_000 } })
  const store = hyperDxStore({ url: stack.hyperDxApiUrl, apiKey: stack.accessKey }, testClock())
  try {
    valueOf(await store.prepare())
    await stack.seed(rotelLogs('innocent', [startLine, { body: 'mine' }]))
    const hostile = HOSTILE.map((value) =>
      sought(value, { serviceName: value, requestIds: [value], ownLines: [value] }),
    )
    expect(valueOf(await store.findLogs(hostile))).toEqual([])
    expect(valueOf(await store.findAstray(hostile))).toEqual([])
    expect(valueOf(await store.findTraces(hostile)).every(({ spans }) => spans === 0)).toBe(true)
    for (const id of HOSTILE) {
      expect(valueOf(await store.findControlRecord(id, Date.now() - 60_000))).toBe(false)
    }

    for (const name of HOSTILE) await stack.seed(rotelLogs(name, [{ body: `${name}\n` }]))
    const found = valueOf(await store.findLogs(hostile))
    expect(found.map(({ key, freshRows, ownLines }) => [key, freshRows, ownLines])).toEqual(
      hostile.map(({ key, ownLines }) => [key, 1, ownLines]),
    )
    expect(await stack.count('otel_logs')).toBe(2 + HOSTILE.length)
  } finally {
    await store.close()
    await stack.close()
  }
})
