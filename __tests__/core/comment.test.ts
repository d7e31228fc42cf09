/** The plan as a comment: its limit, and nothing in it that notifies or links. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Marked } from 'marked'
import type { Targets } from '../../src/pipeline/select/targets'
import { commentOf } from '../../src/report/comment'
import { block, code, html, plain, withoutReferences } from '../../src/report/markdown'
import { functionDetails } from '../../src/report/function-details'
import { linksCell } from '../../src/report/telemetry'
import { searchLink, traceLink } from '../../src/systems/clickstack/deep-links'
import { aFailure, anOutcome, aReport } from './support/outcomes'

const PLACE = { workflow: 'Deploy', job: 'plan', run: 'https://github.com/a/b/actions/runs/1' }

const TARGETS: Targets = {
  selectors: [{ kind: 'name', text: 'orders', name: 'orders' }],
  tags: [],
  stacks: [],
  regions: ['us-east-1'],
  architecture: 'auto',
  qualifier: undefined,
  maxFunctions: 100,
  shard: undefined,
}

test.each([1, 500, 5_000])(
  'the comment of a plan of %s functions is within GitHub’s limit',
  (count) => {
    const outcomes = Array.from({ length: count }, (_, i) =>
      anOutcome({
        name: `@team-${String(i).padStart(60, '#1@a')}`,
        status: 'planned',
        reason: undefined,
        warnings: ['@octocat '.repeat(100)],
      }),
    )
    const report = aReport(outcomes, { mode: 'plan', planOnly: true, account: '123456789012' })
    const place = { ...PLACE, workflow: '@octocat #1'.repeat(500), job: '<!--'.repeat(500) }
    const { body, marker } = commentOf(report, TARGETS, place)
    expect(body.length).toBeLessThanOrEqual(65_536)
    expect(body.startsWith(`${marker}\n`)).toBe(true)
    expect(body.match(/<!--/g)).toHaveLength(1)
    expect(body).not.toMatch(/@[a-z\d]|(?<!&)#\d/i)
  },
)

/** As a reader sees it. */
const read = (markdown: string) =>
  markdown.replaceAll('&#8203;', '').replaceAll('&#58;', ':').replaceAll('\\', '')

describe('text of others in Markdown', () => {
  test.each([
    '@octocat',
    'to:@octocat',
    '(@octocat)',
    '@example/team',
    'somebody@example.com',
    '#12',
    'see #12.',
    'example/shop#12',
    'GH-12',
    'gh-12',
    'https://github.com/example/shop/issues/12',
    'http://ghe.example.com/example/shop/pull/12',
    'https://github.com/example/shop/commit/0123456789abcdef',
    'https://github.com/example/shop/discussions/12',
  ])('mentions nobody and refers to nothing: %s', (text) => {
    const references = /@[a-z\d]|(?<!&)#\d|\bgh-\d|:\/\/g/i
    expect(text).toMatch(references)
    const written = withoutReferences(plain(text))
    expect(written).not.toMatch(references)
    expect(code(text)).not.toMatch(/@[a-z\d]|(?<!&)#\d/i)
    // It reads as before, and is done once.
    expect(read(written)).toBe(text)
    expect(withoutReferences(written)).toBe(written)
  })

  test.each(['a @ b', 'C# 12', 'https://clickstack.example.com:4318/v1/logs', 'node@'])(
    'stays as it is where it does neither: %s',
    (text) => {
      expect(withoutReferences(plain(text))).toBe(plain(text))
      expect(read(plain(text))).toBe(text)
    },
  )
})

test('code blocks stay as they are, whatever stands around them', () => {
  const inside = block(['@octocat', '```', '#12'], 'json')
  expect(withoutReferences(`@a\n\n${inside}\n\n#1\n\n${inside}\n`)).toBe(
    `@&#8203;a\n\n${inside}\n\n#&#8203;1\n\n${inside}\n`,
  )
})

describe('the address of a link', () => {
  const marked = new Marked({ gfm: true })

  /** As a browser opens them. */
  function addressesIn(markdown: string): readonly string[] {
    const rendered = marked.parse(markdown, { async: false })
    // Apart from what looks like an address of mail in the text around them.
    return [...rendered.matchAll(/<a href="(?!mailto:)([^"]*)"/g)].map(([, address = '']) =>
      address
        .replace(/&#(\d+);/g, (_, sign) => String.fromCharCode(Number(sign)))
        .replaceAll('&amp;', '&'),
    )
  }

  const linked = (name: string, traceId: string, site: string) => {
    const search = searchLink({ hyperDxUrl: site, functionName: name, fromMs: 1, toMs: 2 })
    const trace = traceLink(site, traceId)
    const outcome = anOutcome({
      ...aFailure,
      name,
      telemetry: {
        by: 'request ID',
        latencyMs: 1,
        invokedAgain: false,
        traces: undefined,
        links: { search, trace },
        attributes: [],
      },
    })
    return { outcome, addresses: [search, trace] }
  }

  test.each([
    ['sync-gh-2', 'https://hyperdx.example.com'],
    ['GH-1', 'https://hyperdx.example.com/a/b/c/issues/1'],
    ['orders', 'https://hyperdx.example.com/@team'],
  ])('stays as it is: %s at %s', (name, site) => {
    const { outcome, addresses } = linked(name, 'gh-7', site)
    for (const markdown of [linksCell(outcome), functionDetails(outcome)]) {
      expect(addressesIn(withoutReferences(markdown))).toEqual(addresses)
    }
  })

  test('stays as it is whatever name and trace ID are, and beside references', () => {
    const text = fc
      .array(fc.constantFrom('gh-', 'GH-', '@', '#', '1', 'a', '-', '_', '.', '(', ')', '>', '"'), {
        minLength: 1,
        maxLength: 12,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, text, (name, traceId, beside) => {
        const { outcome, addresses } = linked(name, traceId, 'https://hyperdx.example.com')
        for (const markdown of [linksCell(outcome), functionDetails(outcome)]) {
          const whole = `${plain(beside)} ${markdown} ${plain(beside)}`
          expect(addressesIn(withoutReferences(whole))).toEqual(addresses)
        }
      }),
    )
  })

  test.each(['](<@octocat>)', '<a href="@octocat">', 'href="@octocat"', '](@octocat)', '](<#1>)'])(
    'is none where text of others looks like one: %s',
    (text) => {
      for (const written of [plain(text), code(text), html(text)]) {
        expect(withoutReferences(written)).not.toMatch(/@[a-z\d]|(?<!&)#\d/i)
      }
    },
  )
})

test('the marker tells selections apart, and not their order', () => {
  const report = aReport([anOutcome({})], { mode: 'plan', planOnly: true, account: '1' })
  const markerOf = (given: Partial<Targets>, place = PLACE, more = {}) =>
    commentOf({ ...report, ...more }, { ...TARGETS, ...given }, place).marker
  const a = { kind: 'pattern', text: 'a*', pattern: 'a*' } as const
  const b = { kind: 'exclude', text: 'b', pattern: 'b' } as const
  expect(markerOf({ selectors: [a, b] })).toBe(markerOf({ selectors: [b, a] }))
  const all = [
    markerOf({}),
    markerOf({ selectors: [a] }),
    markerOf({ selectors: [a, b] }),
    markerOf({ stacks: ['shop'] }),
    markerOf({ regions: ['eu-west-1'] }),
    markerOf({ shard: { index: 1, of: 2 } }),
    markerOf({ shard: { index: 2, of: 2 } }),
    markerOf({}, { ...PLACE, job: 'other' }),
    markerOf({}, { ...PLACE, workflow: 'Other' }),
    markerOf({}, PLACE, { mode: 'remove' }),
    markerOf({}, PLACE, { account: '2' }),
  ]
  expect(new Set(all).size).toBe(all.length)
  expect(markerOf({}, { ...PLACE, run: 'https://github.com/a/b/actions/runs/2' })).toBe(all[0])
})
