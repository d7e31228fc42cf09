/** The page docs/trust.md: what campaigns tried against the action and how it ended, from docs/figures.json. */

import { format } from 'prettier'

/** What one campaign counted when it last ran. */
export interface MeasuredCampaign {
  readonly campaign: string
  /** What gives the figures again. */
  readonly command: string
  /** The day on which they were measured, as `2026-11-26`. */
  readonly measured: string
  readonly minutes: number
  readonly figures: Readonly<Record<string, number>>
}

/** The lines that a campaign added to the file of FIGURES, summed by campaign; throws where a line is not one of them. */
export function summed(
  lines: readonly string[],
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const sums = new Map<string, Record<string, number>>()
  for (const line of lines) {
    const { campaign, figures } = JSON.parse(line) as {
      readonly campaign?: unknown
      readonly figures?: Readonly<Record<string, unknown>>
    }
    if (typeof campaign !== 'string' || figures === undefined)
      throw new Error(`This line has no figures: ${line}`)
    const sum = sums.get(campaign) ?? {}
    for (const [name, value] of Object.entries(figures)) {
      if (typeof value !== 'number') throw new Error(`${name} is not a number in ${line}`)
      sum[name] = (sum[name] ?? 0) + value
    }
    sums.set(campaign, sum)
  }
  return sums
}

/** The page as prettier formats it. */
export function trustPage(measured: readonly MeasuredCampaign[]): Promise<string> {
  return format(`${INTRODUCTION}${tableOf(measured)}\n\n${LIMITS}`, {
    parser: 'markdown',
    printWidth: 100,
  })
}

/** What a campaign does, for who reads its figures. */
const WHAT: Readonly<Record<string, string>> = {
  concurrency:
    'Deploys, operators and other runs change function, role and alias at each call of a step.',
  faults: 'Each kind of call of each kind of step meets each fault, once and for long.',
  fuzzing: 'Inputs, answers of AWS and texts of others that are long, deep, truncated or hostile.',
  'iam judge':
    'An independent evaluator decides what generated policies, and those that AWS manages, allow before and after each change.',
  kills: 'A step is ended at each of its calls, in each way in which a job may end.',
  leaks:
    'Secrets, payloads and answers of functions are looked for, in the forms below, in all that a step shows or keeps.',
  'least privilege':
    'Runs with each printed policy, and again without each single permission of it.',
  mutation:
    'Defects are put into the code that decides over functions and roles (the folders are below), and the tests have to notice them.',
  roles: 'Random sequences of runs, deploys and kills on functions that share roles.',
  throttles: 'AWS throttles calls at random, in a run over many functions.',
}

const INTRODUCTION = `# What was tried against it

Campaigns try to make the action break its promises: to lose a change, to leave a function without logs, to print a secret, to
pass although nothing is proven. All but the one of mutants run against the local stack ([what that is](../CONTRIBUTING.md)) or
in memory. The workflow \`campaigns\` runs each of them whole, each night. A quick part of each is in the tests that every change must
pass, except of \`campaign:mutation\` and \`campaign:e2e\`, which have none. A failure is a defect: it gets a test and is mended, and
then the campaign runs again.

The table has the figures of the last measurement of each campaign, as \`npm run figures -- campaign:NAME\` wrote them. A row is
written only where its whole command has passed, and the figures of a run that fails are not published: a zero shows that this
command found none, not that none was ever there. Where a command names a part, such as \`KILLS=3/139\`, only
that part was tried.

`

const LIMITS = `## What the figures do not cover

- **leaks**: a secret is found as it is, and from eight characters on also in another case, over several lines, in a URL, in JSON,
  in hexadecimal (lower case) and in base64, that of URLs too. Other encodings, and parts of a secret, are not found. The journal
  is not scanned: it may hold a replaced secret.
- **mutation**: \`src/model\`, \`src/systems/iam\`, \`src/systems/lambda\`, \`src/systems/instrumentation\`, \`src/pipeline/plan\`,
  \`src/pipeline/configure\`, \`src/pipeline/roles\` and \`src/pipeline/rollout/waves.ts\` are changed. All else of \`src\` is not:
  edges, inputs, reports, what Rotel and ClickStack print, and the other steps of the pipeline, disabling CloudWatch Logs and the
  rollback among them. Scenarios and the other campaigns run all of it.
`

function tableOf(measured: readonly MeasuredCampaign[]): string {
  const rows = measured
    .toSorted((a, b) => a.campaign.localeCompare(b.campaign))
    .map(
      ({ campaign, command, measured: day, minutes, figures }) =>
        `| ${campaign} | ${WHAT[campaign] ?? ''} | ${figuresOf(figures)} | \`${command}\` (${minutes} min) | ${day} |`,
    )
  return [
    '| Campaign | What is tried | Figures | Command | Measured |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function figuresOf(figures: Readonly<Record<string, number>>): string {
  const counts = Object.entries(figures).map(
    ([name, value]) => `${name}: ${value.toLocaleString('en-US')}`,
  )
  const { mutants, killed } = figures
  const isScored = mutants !== undefined && killed !== undefined
  const score = isScored ? [`mutation score: ${((killed / mutants) * 100).toFixed(1)} %`] : []
  return [...counts, ...score].join('<br>')
}
