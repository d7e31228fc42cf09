/**
 * What others wrote (names, details, warnings, log lines) changes no structure of the summary: read by a Markdown parser,
 * headings, lists, tables, folds, code blocks and links are the same whatever the strings are.
 */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Marked, type Token } from 'marked'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import { costTotals } from '../../src/report/extension-cost'
import { renderProblems } from '../../src/report/problems-summary'
import type { Report } from '../../src/report/report'
import { renderPlan, renderSummary } from '../../src/report/summary'
import { aFailure, anOutcome, aReport } from './support/outcomes'

const HOSTILE = [
  '|',
  'a | b | c',
  '```',
  '`',
  '``` mermaid',
  '<details>',
  '</details>',
  '</summary>',
  '<!-- -->',
  '-->',
  '<img src=x onerror=alert(1)>',
  '<a href="https://example.com">x</a>',
  '::error::x',
  '%0A',
  '\n\n## heading',
  '\r\n\r\n- item',
  '\n| a |\n| --- |\n',
  '\u2028x\u2029',
  '@octocat',
  '#12',
  'GH-1',
  'a@example.com',
  'https://example.com/a/b/issues/1',
  'www.example.com',
  'ftp://example.com',
  '[x](https://example.com)',
  '![x](https://example.com/x.png)',
  '[x]: https://example.com',
  '**bold**',
  '__init__',
  '~~x~~',
  '$a$ and $$b$$',
  '\u202eright to left',
  '\u2067x',
  '\u0000\u0007\u001b[31m',
  '"]\n  bar [9',
  '%%{init: {}}%%',
  '&lt;script&gt;',
  '\\',
  '---',
  '===',
  '1. x',
  '> [!WARNING]',
  'x'.repeat(200),
]

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 12 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(' '))

/** Words for each place of a report that holds text of others; all different, as the harmless ones are. */
type Words = (place: string) => string

/** Every kind of section. */
function reportWith(words: Words, mode: Report['mode']): Report {
  const planOnly = mode === 'plan'
  const telemetry = (name: string, latencyMs: number): NonNullable<Outcome['telemetry']> => ({
    by: 'request ID',
    latencyMs,
    invokedAgain: false,
    traces: { spans: 2, correlatedLogs: 1, metricPoints: undefined },
    links: { search: 'https://hyperdx.example.com/search?x=1' },
    attributes: [
      { name: 'service.name', value: words(`value of ${name}`), why: '' },
      { name: 'faas.name', value: '', why: 'why there is none' },
    ],
  })
  const tail = [1, 2].map((line) => ({
    source: 'extension' as const,
    text: words(`line ${String(line)}`),
  }))
  const good = [1, 2, 3, 4].map((index) => {
    const name = words(`good ${String(index)}`)
    return anOutcome({
      name,
      status: planOnly ? 'planned' : 'instrumented',
      reason: undefined,
      telemetry: telemetry(name, 100 * index),
      extensionCost: {
        kind: 'compared',
        coldStarts: 2,
        before: { initMs: 100, durationMs: 1, maxMemoryMb: 60 },
        after: { initMs: 200, durationMs: 1, maxMemoryMb: 80 },
      },
    })
  })
  const bad = [1, 2].map((index) =>
    anOutcome({
      ...aFailure,
      name: words(`bad ${String(index)}`),
      detail: words(`detail ${String(index)}`),
      change: undefined,
      rolledBack: { change: undefined, edits: [words(`edit ${String(index)}`)] },
      smoke: { requestId: 'x', metrics: undefined, tail },
      missingPolicy: words('policy'),
      facts: undefined,
    }),
  )
  const warned = anOutcome({
    name: words('warned'),
    warnings: [words('warning 1'), words('warning 2')],
    alias: {
      name: words('alias'),
      before: '1',
      after: '2',
      codeChanges: false,
      invocations: 1,
    },
  })
  const misfit = anOutcome({
    name: words('misfit'),
    status: 'skipped',
    reason: 'not-applicable',
    detail: words('why it is a misfit'),
    change: undefined,
  })
  const outcomes = [...good, ...bad, warned, misfit]
  return aReport(outcomes, {
    mode,
    extensionCost: costTotals(outcomes),
    planOnly,
    result: 'failure',
    warnings: [words('warning of the run')],
    notes: [words('note')],
    roleWrites: [{ target: words('role'), what: words('edit of the role') }],
  })
}

const marked = new Marked({ gfm: true })

const CODE = /^<\/?code>$/

/** Kinds and nesting of tokens, and each piece of HTML; no text. */
function structureOf(markdown: string): string {
  const skeleton = (tokens: readonly Token[]): readonly unknown[] =>
    tokens
      // How often a text is parted by escapes is no structure, and what stands between two backticks may be code.
      .filter(({ type, raw }) => !['text', 'escape', 'codespan'].includes(type) && !CODE.test(raw))
      .map((token) => {
        if (token.type === 'html') return (token.raw.match(/<[^>]*>/g) ?? []).join('')
        if (token.type === 'link') return ['link', String(token['href'])]
        if (token.type === 'code') return ['code', String(token['lang'] ?? '')]
        return [token.type, skeleton(childrenOf(token))]
      })
  return JSON.stringify(skeleton(marked.lexer(markdown)))
}

function childrenOf(token: Token): readonly Token[] {
  if (token.type === 'list') return token['items'] as readonly Token[]
  if (token.type !== 'table') return 'tokens' in token ? (token.tokens ?? []) : []
  const cells = [token['header'], ...(token['rows'] as readonly unknown[])] as readonly {
    tokens: readonly Token[]
  }[][]
  return cells.flat().map(({ tokens }) => ({ type: 'cell', raw: '', tokens: [...tokens] }))
}

describe('text of others', () => {
  const harmless = (place: string) => `w ${place}`

  test.each(['apply', 'plan', 'remove'] as const)(
    'changes no structure of the summary, nor of the plan: %s',
    (mode) => {
      const forms = [renderSummary, renderPlan] as const
      const expected = forms.map((form) => structureOf(form(reportWith(harmless, mode))))
      fc.assert(
        fc.property(fc.array(hostile, { minLength: 1, maxLength: 6 }), (texts) => {
          let next = 0
          const seen = new Map<string, string>()
          const words = (place: string) => {
            const known = seen.get(place)
            if (known !== undefined) return known
            next += 1
            const text = `${texts[next % texts.length] ?? ''} ${place}`
            seen.set(place, text)
            return text
          }
          const report = reportWith(words, mode)
          const made = forms.map((form) => form(report))
          expect(made.map(structureOf)).toEqual(expected)
          // What GitHub would read as a mention, a comment, or a change of direction.
          for (const text of made) {
            const outsideCode = text
              .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '')
              .replaceAll('`$LATEST`', '')
            expect(outsideCode).not.toMatch(/@[a-z\d]|<!--|\$[a-z]/i)
            expect(text).not.toMatch(/[\u0000-\u0008\u001b\u2028-\u202e\u2066-\u2069]/)
          }
        }),
        { numRuns: 60 },
      )
    },
  )

  test('changes no structure of the list of bad inputs', () => {
    const problems = (text: string) => [
      { input: 'endpoint', message: `a ${text}` },
      { input: undefined, message: `b ${text}` },
    ]
    const expected = structureOf(renderProblems(problems('c')))
    fc.assert(
      fc.property(hostile, (text) => {
        expect(structureOf(renderProblems(problems(text)))).toBe(expected)
      }),
      { numRuns: 100 },
    )
  })

  test('gives every chart the form of Mermaid’s grammar', () => {
    const form =
      /^%%\{init: \{"themeVariables":[^\n]+\}%%\nxychart-beta horizontal\n {2}x-axis \[("[\w .-]+"(, )?)+\]\n {2}y-axis 0 --> \d+\n( {2}bar \[\d+(, \d+)*\]\n?)+$/
    fc.assert(
      fc.property(hostile, (text) => {
        const summary = renderSummary(reportWith((place) => `${text} ${place}`, 'apply'))
        const charts = [...summary.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)]
        expect(charts).toHaveLength(2)
        for (const [, chart = ''] of charts) expect(chart).toMatch(form)
      }),
      { numRuns: 60 },
    )
  })
})
