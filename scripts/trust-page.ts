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
  return format(`${INTRODUCTION}${tableOf(measured)}\n`, { parser: 'markdown', printWidth: 100 })
}

const INTRODUCTION = `# What was tried against it

Campaigns try to make the action break its promises: to lose a change, to leave a function without logs, to print a secret, to
pass although nothing is proven. They run the built action against the local stack ([what that is](../CONTRIBUTING.md)), each
night and whole; the quick part of each is in the tests that every change must pass. A failure is a defect: it gets a test and
is mended, and then the campaign runs again.

The table has the figures of the last measurement of each campaign, as \`npm run figures -- campaign:NAME\` wrote them. Where a command names a part, such as \`KILLS=3/139\`, only that part was tried.

`

function tableOf(measured: readonly MeasuredCampaign[]): string {
  const rows = measured
    .toSorted((a, b) => a.campaign.localeCompare(b.campaign))
    .map(
      ({ campaign, command, measured: day, minutes, figures }) =>
        `| ${campaign} | ${figuresOf(figures)} | \`${command}\` (${minutes} min) | ${day} |`,
    )
  return ['| Campaign | Figures | Command | Measured |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

const figuresOf = (figures: Readonly<Record<string, number>>) =>
  Object.entries(figures)
    .map(([name, value]) => `${name}: ${value.toLocaleString('en-US')}`)
    .join('<br>')
