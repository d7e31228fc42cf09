/**
 * What others may give: texts that are long, deep, cut, in other encodings or meant for somebody else, and documents that
 * are nearly right. A failure prints its seed; `FUZZ_SEED` runs it again, `FUZZ_RUNS` tries so many of each.
 */

import fc from 'fast-check'
import { isRecord } from '../../src/model/json'
import { type Part, partOf } from '../campaign/part'

/** Of each parser and each call in a plain test run. */
const FEW = 8

export const RUNS = Number(process.env['FUZZ_RUNS'] ?? FEW)

/** Whether the campaign runs, and not a plain test run. */
export const IS_WHOLE = process.env['FUZZ_RUNS'] !== undefined

const SEED = process.env['FUZZ_SEED']

/** What is tried of a list: all of it by the campaign. @param parts into how many a plain test run divides it */
export function fuzzPart(parts: number): Part {
  return partOf(IS_WHOLE ? 'all' : undefined, parts)
}

/** For `fc.assert`. @param share of the runs, for what takes long */
export function runs(share = 1): fc.Parameters<unknown> {
  return {
    numRuns: Math.max(3, Math.round(RUNS * share)),
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  }
}

/** Texts that programs have stumbled over. */
export const NASTY: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\ufeff',
  '\r\n',
  '\r::error::x',
  '\n::set-output name=x::y',
  '##[add-mask]x',
  '%0A::warning::x',
  '\ud800',
  '\udfff x',
  '\u2028',
  '\u0085',
  '\u202e',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$&$1$`',
  '${arn:',
  '${',
  '!',
  '!*',
  '**',
  '*'.repeat(3_000),
  '?'.repeat(300),
  '-1',
  '1e999',
  '9007199254740993',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  '{"',
  'é'.repeat(200),
  '<script>alert(1)</script>',
  '<!DOCTYPE html><html><body>Sign in</body></html>',
  '| a | b |',
  '```\n@team',
  'arn:aws:lambda:eu-west-1:123456789012:function:orders:*',
  'arn:aws:lambda:::function:',
  'arn:'.repeat(100),
  'https://user:pass@h:99999/?#',
  'http://[::1',
  '://',
]

export const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
)

/** Any JSON, with names of members that objects have by themselves, numbers beyond all bounds, and depth. */
export const nastyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 60, '', [], {}, [[]], [null], [{}]),
  fc.jsonValue({ maxDepth: 3 }),
  nastyText,
  fc
    .constantFrom(...['__proto__', 'constructor', 'length', 'toString'])
    .map((name): unknown => JSON.parse(`{"${name}":{"a":[1]}}`)),
  fc.integer({ min: 10, max: 200 }).map((depth) => nested(depth)),
)

/** `[[[…]]]`, too deep for what calls itself for each level. */
export function nested(depth: number): unknown {
  let value: unknown = 'end'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** The document with one of its values, names or members other than they should be. */
export function nearly(document: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(document)
  return fc
    .tuple(
      fc.nat({ max: Math.max(0, places.length - 1) }),
      nastyJson,
      fc.nat({ max: 4 }),
      nastyText,
    )
    .map(([at, value, way, name]) => changedAt(document, places[at] ?? [], { value, way, name }))
}

type Place = readonly (string | number)[]

function placesOf(value: unknown, place: Place = []): Place[] {
  const members = Array.isArray(value)
    ? value.map((item: unknown, at): [number, unknown] => [at, item])
    : isRecord(value)
      ? Object.entries(value)
      : []
  return [place, ...members.flatMap(([name, one]) => placesOf(one, [...place, name]))]
}

interface Disturbance {
  readonly value: unknown
  readonly way: number
  readonly name: string
}

function changedAt(document: unknown, [first, ...rest]: Place, how: Disturbance): unknown {
  const { value, way, name } = how
  if (first === undefined) return way === 1 ? [document, value] : value
  if (Array.isArray(document)) {
    const items: unknown[] = document.slice()
    const at = Number(first)
    if (rest.length === 0 && way === 2) return [...items, ...items]
    items[at] = changedAt(items[at], rest, how)
    return items
  }
  const members = isRecord(document) ? document : {}
  if (rest.length === 0 && way === 3) {
    return Object.fromEntries(Object.entries(members).filter(([key]) => key !== String(first)))
  }
  const changed = changedAt(members[String(first)], rest, how)
  return rest.length === 0 && way === 4
    ? { ...members, [name]: changed }
    : { ...members, [first]: changed }
}

/** The text with a part lost, doubled, or replaced by something nasty; where it is JSON, also with a member other than it was. */
export function nearlyText(text: string): fc.Arbitrary<string> {
  const cut = fc
    .tuple(fc.nat(), fc.nat({ max: 12 }), fc.nat({ max: 3 }), nastyText)
    .map(([where, length, way, other]) => {
      const at = text.length === 0 ? 0 : where % text.length
      const part = text.slice(at, at + length)
      const between = [other, '', part + part, part.toUpperCase()][way] ?? ''
      return way === 3 ? text.slice(0, at) : text.slice(0, at) + between + text.slice(at + length)
    })
  const lines = text.split('\n')
  const ofLines = lines.flatMap((line, at) => {
    const json = parsed(line)
    if (json === undefined) return []
    return [nearly(json).map((value) => lines.with(at, JSON.stringify(value)).join('\n'))]
  })
  return fc.oneof(cut, ...ofLines)
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}

/** From one of the right texts, or from nothing. */
export function hostileText(examples: readonly string[]): fc.Arbitrary<string> {
  const [first, ...others] = examples.map(nearlyText)
  return first === undefined ? nastyText : fc.oneof(first, ...others, nastyText)
}

/** What may be repeated until an expression, or a loop in a loop, takes for ever. */
export const REPEATED: readonly string[] = [
  ...Array.from('*?!{}[]()<>|`"\'\\/=,;:.-_#@~$%&+ \t\n\r0aA\u00e9'),
  ...['${', '${a', '{{', '[[', '"\\', '\\"', '//', '://', 'a.', 'a-', 'a=', 'a,', '1.', '1m', '=,'],
  ...[
    'http://',
    'http://\u0000',
    'arn:',
    'arn:a',
    '${arn:',
    'RequestId: ',
    '```\n',
    '```\r',
    '*a?',
  ],
  ...['because no ', 'Layer version ', 'EXPORTER', 'WARN ', 'Duration: 1 ', ':alias/', '{"a":'],
  ...['"a" ', '1e', 'Status: ', '| a ', '@a', '::', '%0A', '<a', '&lt;', '\u0000'],
]
