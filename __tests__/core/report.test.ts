/** What the report says: in whichever form, within GitHub's limits, without a value, and taking nobody's text for its own. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Outcome, STATUSES, verdict } from '../../src/pipeline/rollout/outcome'
import { REMEDIES } from '../../src/model/reason'
import { annotationsOf, annotationsOfProblems } from '../../src/report/annotations'
import { sentence } from '../../src/report/function-line'
import { announceReport, progressLog } from '../../src/report/log'
import { block, code, plain, prose } from '../../src/report/markdown'
import { outputsOf, reportJson } from '../../src/report/outputs'
import type { Report } from '../../src/report/report'
import { renderPlan, renderSummary } from '../../src/report/summary'
import { layer } from './support/functions'
import { aChange, aFailure, anOutcome, aReport } from './support/outcomes'
import { aRunner } from './support/runner'

const MEBIBYTE = 1024 * 1024

function rendered(report: Report): Readonly<Record<string, string>> {
  const runner = aRunner()
  announceReport(report, runner)
  return {
    summary: renderSummary(report),
    log: runner.lines.join('\n'),
    annotations: JSON.stringify(annotationsOf(report)),
    report: reportJson(report),
    ...outputsOf(report, '/tmp/report.json', ''),
  }
}

describe('text of others in Markdown', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          '`',
          '|',
          '*',
          '_',
          '<',
          '>',
          '&',
          '[',
          ']',
          '(',
          ')',
          '\\',
          '\n',
          '#',
          '~',
          'x',
          ' ',
        ),
        { maxLength: 20 },
      )
      .map((signs) => signs.join('')),
  )

  test('stays on one line, and none of its signs works', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const withoutTags = prose(text).replace(/<\/?code>/g, '')
        for (const escaped of [plain(text), withoutTags, code(text).slice(6, -7)]) {
          expect(escaped).not.toMatch(/[\r\n<>]/)
          // Every sign that works inside a line has a backslash before it, or is an entity.
          const rest = escaped.replace(/\\./g, '').replace(/&(#\d+|amp|lt|gt);/g, '')
          expect(rest).not.toMatch(/[`*_[\]|~\\&]/)
        }
        expect(plain(text)).not.toMatch(/^\s*([#+=-]|\d+[.)])/)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['# a heading', '\\# a heading'],
    ['- an item', '\\- an item'],
    ['1. an item', '1\\. an item'],
    ['plain words, all of them.', 'plain words, all of them.'],
    ['a-b #7', 'a-b #7'],
  ])('%s', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  test('a name in code is not made bold by its underscores', () => {
    expect(code('__init__')).toBe('<code>&#95;&#95;init&#95;&#95;</code>')
    expect(code('orders-2')).toBe('<code>orders-2</code>')
  })

  test('no line can close the block that it stands in', () => {
    fc.assert(
      fc.property(fc.array(hostile), (lines) => {
        const [opening = '', ...rest] = block(lines).split('\n')
        expect(opening).toMatch(/^`{3,}$/)
        const fences = rest.filter(
          (line) => /^\s*`+\s*$/.test(line) && line.trim().length >= opening.length,
        )
        expect(fences).toEqual([opening])
      }),
    )
  })

  test('a function by a hostile name, with hostile words, makes no HTML and no row of its own', () => {
    const text = '</details><script>|x|\n| a | b |\n`</code>'
    const summary = renderSummary(
      aReport([anOutcome({ ...aFailure, name: text, detail: text, warnings: [text] })], {
        warnings: [text],
      }),
    )
    expect(summary).not.toContain('<script>')
    expect(summary.match(/^<\/details>$/gm)).toHaveLength(1)
    expect(summary.match(/^\|/gm)).toBeNull()
  })
})

describe('a warning', () => {
  const [alike, own] = ['the timeout is 3 s', 'it used 120 of 128 MB']
  const skipped = anOutcome({ name: 'image', status: 'skipped', reason: 'not-applicable' })
  const count = (summary: string, text: string) => summary.split(text).length - 1

  test('that concerns every function is shown once, for all of them', () => {
    const outcomes = ['a', 'b', 'c'].map((name) => anOutcome({ name, warnings: [alike] }))
    const report = aReport([...outcomes, anOutcome({ name: 'd', warnings: [alike, own] })])
    const summary = renderSummary(report)
    expect(count(summary, 'The timeout is 3 s.')).toBe(1)
    expect(summary).toContain('- ⚠️ All 4 functions: The timeout is 3 s.')
    expect(summary).toContain('- ⚠️ <code>d</code>: It used 120 of 128 MB.')
    expect(annotationsOf(report).annotations.map(({ message }) => message)).toEqual([
      `All 4 functions: ${alike}`,
      `d: ${own}`,
    ])
  })

  test('that functions have alike but for figures and their own names is told once, with the first', () => {
    const outcomes = Array.from({ length: 9 }, (_, index) => {
      const name = `f${String(index)}`
      return anOutcome({
        name,
        warnings: [`it used 12${String(index)} of 128 MB, as ${name} does`],
      })
    })
    const summary = renderSummary(aReport([...outcomes, anOutcome({ name: 'other' })]))
    expect(summary).toContain(
      '- ⚠️ 9 functions: <code>f0</code>, <code>f1</code>, <code>f2</code> and 6 more. For example <code>f0</code>: It used 120 of 128 MB, as f0 does.',
    )
    expect(count(summary, 'of 128 MB, as')).toBe(1)
  })

  test('with the same words stays one, whatever the functions are called', () => {
    const outcomes = ['the', 'timeout', 'is'].map((name) => anOutcome({ name, warnings: [alike] }))
    expect(count(renderSummary(aReport(outcomes)), 'The timeout is')).toBe(1)
  })

  test('does not count functions that it cannot concern', () => {
    const one = anOutcome({ name: 'a', warnings: [alike] })
    expect(renderSummary(aReport([one]))).toContain('- ⚠️ <code>a</code>: The timeout is 3 s.')
    const summary = renderSummary(aReport([one, { ...one, name: 'b' }, skipped]))
    expect(summary).toContain('2 of 3 functions: The timeout is 3 s.')
  })
})

test.each([
  ['request ID', 'rows with this run’s request ID'],
  ['printed lines', 'rows of the printed lines of this invocation'],
  ['new execution environment', 'rows of a new execution environment, started after the change'],
  ['data from the last 24 hours', 'rows of the last 24 hours'],
])('a proof by %s is explained in the summary, once', (by, words) => {
  const telemetry = {
    by,
    latencyMs: 1_200,
    invokedAgain: false,
    attributes: [],
    traces: undefined,
    links: {},
  }
  const outcomes = ['a', 'b'].map((name) => anOutcome({ name, telemetry }))
  const summary = renderSummary(aReport(outcomes))
  expect(summary.match(new RegExp(`\\| 1.2 s \\| ${by} \\|`, 'g'))).toHaveLength(2)
  expect(summary.split(`*${by}*: ${words}`)).toHaveLength(2)
})

describe('values of variables', () => {
  test('stand in none of its forms', () => {
    const canary = fc.stringMatching(/^[A-Za-z0-9]{12}$/).map((text) => `canary-${text}`)
    fc.assert(
      fc.property(
        canary,
        canary,
        fc.constantFrom(...STATUSES),
        fc.constantFrom('apply' as const, 'plan' as const, 'remove' as const),
        (before, after, status, mode) => {
          const report = aReport([anOutcome({ status, change: aChange({ before, after }) })], {
            mode,
          })
          for (const [form, text] of Object.entries(rendered(report))) {
            expect([form, text.includes(before), text.includes(after)]).toEqual([
              form,
              false,
              false,
            ])
          }
        },
      ),
    )
  })

  test('are left out, their names and the layers are shown', () => {
    const summary = renderSummary(aReport([anOutcome()]))
    expect(summary).toContain('+ ROTEL_NEW')
    expect(summary).toContain('! ROTEL_OTHER')
    expect(summary).toContain('- ROTEL_OLD')
    expect(summary).toContain('+ 418653438961:rotel-extension-amd64:7')
  })
})

test('the layers are shown as they were and as they are', () => {
  const [a, b] = [layer('a', 1), layer('b', 1)]
  const alpha = layer('rotel-extension-amd64-alpha', 41)
  const summary = renderSummary(
    aReport([
      anOutcome({
        change: { layers: { before: [a, alpha, b], after: [a, layer('c', 1), b] }, variables: [] },
      }),
    ]),
  )
  expect(summary).toContain(
    [
      '  418653438961:a:1',
      '- 418653438961:rotel-extension-amd64-alpha:41',
      '+ 418653438961:c:1',
      '  418653438961:b:1',
    ].join('\n'),
  )
})

test.each([
  [0, 'no log rows have their trace IDs (only logs that an OpenTelemetry SDK sends have them)'],
  [undefined, 'not checked whether log rows have their trace IDs'],
])(
  'correlated logs that could not be asked for are not told as none: %s',
  (correlatedLogs, text) => {
    const summary = renderSummary(
      aReport(
        [
          anOutcome({
            ...aFailure,
            telemetry: {
              by: undefined,
              latencyMs: undefined,
              invokedAgain: false,
              traces: { spans: 2, correlatedLogs, metricPoints: undefined },
              links: {},
              attributes: [],
            },
          }),
        ],
        { result: 'failure' },
      ),
    )
    expect(summary).toContain(`Traces: 2 spans; ${text}.`)
    expect(summary).not.toContain('undefined')
    expect(summary).not.toContain('Metrics:')
  },
)

describe('thousands of functions', () => {
  const long = (index: number) => `${'f'.repeat(58)}-${String(index).padStart(4, '0')}`
  const many = Array.from({ length: 5000 }, (_, index) =>
    anOutcome({
      name: long(index),
      ...(index % 10 === 0 ? aFailure : {}),
      warnings: ['its timeout is 3 s'],
    }),
  )
  const report = aReport(many, { result: 'failure' })

  test('fit into a summary that a browser shows at once, with the failures first and the rest counted', () => {
    const summary = renderSummary(report)
    expect(Buffer.byteLength(summary)).toBeLessThan(250_000)
    expect(summary).toContain('500 of 5000 functions failed')
    expect(summary.indexOf(long(0))).toBeLessThan(summary.indexOf(long(1)))
    expect(summary).toContain('400 more functions are in the report file')
    expect(summary).toContain('4300 more functions are in the report file')
  })

  test('fit into the plan, and all outputs into what a job may have', () => {
    expect(renderPlan(aReport(many)).length).toBeLessThanOrEqual(60_000)
    const outputs = Object.values(outputsOf(report, '/tmp/report.json', ''))
    expect(outputs.join('').length * 2).toBeLessThan(MEBIBYTE)
  })

  test('fit into the functions output: at most 100 kB, failures first, and it says so', () => {
    const { functions } = outputsOf(report, '', '')
    expect(Buffer.byteLength(functions)).toBeLessThanOrEqual(100_000)
    const parsed = JSON.parse(functions) as { functions: { name: string }[]; truncated: boolean }
    expect(parsed.truncated).toBe(true)
    expect(parsed.functions[0]?.name).toBe(long(0))
    expect(parsed.functions[1]?.name).toBe(long(10))
  })

  test('are all in the report file', () => {
    const whole = JSON.parse(reportJson(report)) as { functions: unknown[] }
    expect(whole.functions).toHaveLength(5000)
  })

  test('that failed alike make one annotation', () => {
    const { annotations, further } = annotationsOf(report)
    expect(annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        message:
          `500 functions: ${long(0)}, ${long(10)}, ${long(20)} and 497 more: rolled-back: extension-crash. Rotel-extension died. ${REMEDIES['extension-crash']}`.replace(
            'Rotel-extension',
            'rotel-extension',
          ),
      }),
      expect.objectContaining({
        level: 'warning',
        message: 'All 5000 functions: its timeout is 3 s',
      }),
    ])
    expect(further).toEqual([])
  })

  test('of a stack of SAM fit, however many stacks and lines for templates there are', () => {
    const lines = Array.from(
      { length: 12 },
      (_, line) => `    ROTEL_${String(line)}: '${'v'.repeat(60)}'`,
    )
    const drifting = many.map((outcome, index) => ({
      ...outcome,
      drift: {
        tool: 'sam' as const,
        stack: `stack-${String(index)}`,
        snippet: { language: 'yaml' as const, lines: [...lines, String(index % 30)] },
      },
    }))
    const summary = renderSummary(aReport(drifting, { result: 'failure' }))
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE)
    expect(summary).toContain('lines for the template')
    const all = drifting.map((outcome) => ({
      ...outcome,
      drift: drifting[0]?.drift ?? outcome.drift,
    }))
    const same = renderSummary(aReport(all, { result: 'failure' }))
    expect(Buffer.byteLength(same)).toBeLessThan(MEBIBYTE)
    expect(same).toContain('may overwrite the change of 5000 functions')
    expect(same).toContain('and 4980 more')
  })

  test('and texts of any length fit into the summary and the plan', () => {
    const text = (size: number) => 'wörter und `code` '.repeat(size)
    const size = fc.integer({ min: 0, max: 4_000 })
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 50 }), (sizes) => {
        const outcomes = sizes.map((length, index) =>
          anOutcome({
            ...(index % 2 === 0 ? aFailure : {}),
            name: long(index),
            detail: text(length),
            warnings: [text(length)],
            roleEdits: [text(length)],
          }),
        )
        const one = aReport(outcomes, {
          warnings: sizes.map(text),
          notes: sizes.map(text),
          roleWrites: sizes.map((length) => ({ target: 'role a', what: text(length) })),
        })
        const summary = renderSummary(one)
        expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE)
        expect(summary).toContain(' failed')
        expect(renderPlan(one).length).toBeLessThanOrEqual(60_000)
      }),
      { numRuns: 6 },
    )
  })

  test('in short text of several bytes fit as well', () => {
    const detail = '€'.repeat(400)
    const wide = Array.from({ length: 2000 }, (_, index) =>
      anOutcome({ ...aFailure, name: long(index), detail }),
    )
    const one = aReport(wide, { result: 'failure' })
    expect(Buffer.byteLength(renderSummary(one))).toBeLessThan(MEBIBYTE)
    expect(Buffer.byteLength(outputsOf(one, '', '').functions)).toBeLessThanOrEqual(100_000)
  })
})

describe('many failures', () => {
  const links = { search: 'https://hyperdx.example.com/search' }
  const telemetry = {
    by: undefined,
    latencyMs: undefined,
    invokedAgain: false,
    attributes: [],
    traces: undefined,
    links,
  }
  const failing = (count: number, given: Partial<Outcome> = {}) =>
    Array.from({ length: count }, (_, index) =>
      anOutcome({ ...aFailure, name: `${given.reason ?? 'f'}-${String(index)}`, ...given }),
    )
  const summaryOf = (outcomes: readonly Outcome[]) =>
    renderSummary(aReport(outcomes, { result: 'failure' }))

  test('up to twelve have a line each', () => {
    const summary = summaryOf(failing(12))
    expect(summary.match(/<summary>↩️ <code>f-\d+<\/code>/g)).toHaveLength(12)
  })

  test('more are one line for each reason, with their links and the details of three', () => {
    const summary = summaryOf([
      ...failing(20, { telemetry }),
      ...failing(2, { reason: 'out-of-memory' }),
      ...failing(1, { reason: 'function-timeout' }),
    ])
    expect(summary.match(/^<details><summary>.* · rolled-back: .*$/gm)).toEqual([
      expect.stringContaining('<b>20 functions</b> · rolled-back: extension-crash'),
      ...Array.from({ length: 3 }, () => expect.stringMatching(/<code>f-\d+<\/code>/)),
      expect.stringMatching(/function-timeout-0/),
      expect.stringContaining('<b>2 functions</b> · rolled-back: out-of-memory'),
      ...Array.from({ length: 2 }, () => expect.stringMatching(/<code>out-of-memory-\d<\/code>/)),
    ])
    expect(summary.match(/\[logs\]\(<https:\/\/hyperdx/g)).toHaveLength(20)
    expect(summary).toContain('<code>out-of-memory-0</code>, <code>out-of-memory-1</code>\n')
  })
})

describe('the log and its annotations', () => {
  const failures = ['cart', 'orders'].map((name) => anOutcome({ ...aFailure, name }))
  const report = aReport([...failures, anOutcome({ name: 'fine' })], { result: 'failure' })

  test('explain each cause once, by the names of its functions', () => {
    const runner = aRunner()
    const progress = progressLog(['cart', 'orders', 'fine'], 'apply', [], runner)
    for (const outcome of report.outcomes) progress.ended(outcome)
    announceReport(report, runner)
    const log = [...runner.lines, ...runner.annotations.map(({ message }) => message)]
    const explained = log.filter((line) => line.includes(REMEDIES['extension-crash']))
    expect(explained).toEqual([
      `cart, orders: rolled-back: extension-crash. rotel-extension died. ${REMEDIES['extension-crash']}`,
    ])
    expect(log.filter((line) => line.includes('rotel-extension died'))).toEqual(explained)
    expect(log.filter((line) => line.includes('2 of 3 functions failed'))).toHaveLength(1)
  })

  test('tell every failure that has words of its own, once, however many there are', () => {
    const words = ['red', 'green', 'blue', 'black', 'white', 'gray', 'brown', 'pink']
    const own = words.map((word) =>
      anOutcome({ ...aFailure, name: `f-${word}`, detail: `is ${word}` }),
    )
    const runner = aRunner()
    announceReport(aReport(own, { result: 'failure' }), runner)
    const log = [...runner.lines, ...runner.annotations.map(({ message }) => message)].join('\n')
    for (const word of words) expect(log.split(`is ${word}`)).toHaveLength(2)
    expect(runner.annotations).toHaveLength(1)
    expect(log.split(REMEDIES['extension-crash'])).toHaveLength(2)
  })
})

describe('a sentence', () => {
  test.each([
    ['the function ran out of memory', 'The function ran out of memory.'],
    ['no telemetry arrived within 8 s', 'No telemetry arrived within 8 s.'],
  ])('begins with a capital letter: %s', (text, expected) => {
    expect(sentence(text)).toBe(expected)
  })

  test.each([
    'arn:aws:lambda:eu-west-1:123456789012:layer:a:1 cannot be read',
    'http://127.0.0.1:4317 refused the connection',
    'nodejs12.x does not run on Amazon Linux 2023',
    'rotel-extension died',
    'logs:PutLogEvents is denied',
    'a-layer:3 is attached',
    'orders is shared',
  ])('leaves the identifier that it begins with as it is: %s', (text) => {
    expect(sentence(text)).toBe(`${text}.`)
  })
})

describe('outputs', () => {
  test('of few functions are complete', () => {
    const outputs = outputsOf(
      aReport([anOutcome(), anOutcome({ ...aFailure, name: 'bad' })]),
      '/r',
      '',
    )
    expect(outputs).toMatchObject({ result: 'success', changed: 'true', 'report-path': '/r' })
    const functions = JSON.parse(outputs.functions) as unknown
    expect(functions).toMatchObject({
      truncated: false,
      functions: [
        { name: 'bad', status: 'rolled-back', reason: 'extension-crash', changed: false },
        { name: 'orders', status: 'written', version: '$LATEST' },
      ],
    })
  })

  test('the counts hold no name and no ARN', () => {
    const outputs = outputsOf(aReport([anOutcome(), anOutcome(aFailure)]), '/r', '')
    expect(JSON.parse(outputs['summary-json'])).toEqual({
      result: 'success',
      functions: 2,
      changed: 1,
      statuses: { 'rolled-back': 1, written: 1 },
    })
  })
})

describe('annotations', () => {
  test('a run in which all is well has none', () => {
    expect(annotationsOf(aReport([anOutcome()]))).toEqual({ annotations: [], further: [] })
  })

  test('failures are warnings where the run passes all the same', () => {
    const { annotations } = annotationsOf(aReport([anOutcome(aFailure)]))
    const levels = annotations.map(({ level }) => level)
    expect(new Set(levels)).toEqual(new Set(['warning']))
  })

  test('and the summary have each cause and each warning, however many there are', () => {
    const causes = Object.keys(REMEDIES)
      .slice(0, 40)
      .map((reason, index) =>
        anOutcome({
          ...aFailure,
          name: `f-${String(index)}`,
          reason: reason as NonNullable<Outcome['reason']>,
          warnings: [`warns of ${reason}`],
        }),
      )
    const summary = renderSummary(aReport(causes, { result: 'failure' }))
    for (const { reason } of causes) {
      if (reason === 'not-applicable') continue
      expect(summary).toContain(`rolled-back: ${String(reason)} · `)
      expect(summary).toContain(`warns of ${String(reason)}.`)
    }
    expect(summary).toContain('<summary>30 more warnings</summary>')
  })

  test('name the first ten causes, the worst first, and the log has the others', () => {
    const reasons = Object.keys(REMEDIES).filter((reason) => /^(extension|export)-/.test(reason))
    const causes = reasons.map((reason, index) =>
      anOutcome({
        ...aFailure,
        name: `f-${String(index)}`,
        status: index === 11 ? 'dark' : 'rolled-back',
        reason: reason as NonNullable<Outcome['reason']>,
      }),
    )
    expect(causes.length).toBeGreaterThan(11)
    const stopped = anOutcome({ name: 'last', status: 'skipped', reason: 'stopped' })
    const { annotations, further } = annotationsOf(
      aReport([stopped, ...causes], { result: 'failure' }),
    )
    expect(annotations).toHaveLength(10)
    expect(annotations[0]?.message).toContain('f-11: dark')
    expect(further).toHaveLength(causes.length + 1 - 10)
    expect(further.at(-1)).toContain('last: skipped: stopped')
  })

  test('of inputs are at most ten', () => {
    const problems = Array.from({ length: 30 }, (_, n) => ({
      input: `i${String(n)}`,
      message: 'm',
    }))
    expect(annotationsOfProblems(problems).annotations).toHaveLength(10)
  })
})

describe('the verdict', () => {
  const of = (status: Outcome['status'], reason?: Outcome['reason']) => ({ status, reason })

  test.each(STATUSES)('%s: good or bad as the contract says', (status) => {
    const good = ['instrumented', 'unchanged', 'written', 'planned', 'removed'].includes(status)
    expect(verdict([of(status)], 'any')).toBe(good ? 'success' : 'failure')
    // A function without logs is a failure beside whatever went well.
    expect(verdict([of(status), of('written')], 'all')).toBe(
      status === 'dark' ? 'failure' : 'success',
    )
    expect(verdict([of(status)], 'all')).toBe(good ? 'success' : 'failure')
    expect(verdict([of(status)], 'never')).toBe('success')
  })

  test('skipped is good only where the function does not fit', () => {
    expect(verdict([of('skipped', 'not-applicable')], 'any')).toBe('success')
    expect(verdict([of('skipped', 'stopped')], 'any')).toBe('failure')
  })

  test('what does not fit is no success beside functions that all failed', () => {
    const misfit = of('skipped', 'not-applicable')
    expect(verdict([of('failed'), misfit], 'all')).toBe('failure')
    expect(verdict([of('failed'), of('written'), misfit], 'all')).toBe('success')
    expect(verdict([misfit], 'all')).toBe('success')
  })
})

test('every reason has a remedy, in a sentence', () => {
  for (const [reason, remedy] of Object.entries(REMEDIES)) {
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(remedy).toMatch(/^[A-Z].*\.$/)
  }
})
