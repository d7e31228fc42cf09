/** Which part of a campaign is tried: all of it, the one that is asked for, or another one with each run of a workflow. */

export interface Part {
  /** `part 7/139`, or `all`. */
  readonly name: string
  /** Whether what stands at this place of the campaign, from 0, is tried. */
  readonly has: (at: number) => boolean
}

/** Runs of a workflow have numbers; a run elsewhere has none, and tries the first part. */
const RUN = Number(process.env['GITHUB_RUN_NUMBER'] ?? '0')

/**
 * @param asked `all`, or `7/139` for the seventh of 139 parts
 * @param parts into how many a plain test run divides the campaign
 */
export function partOf(asked: string | undefined, parts: number): Part {
  if (asked === 'all') return { name: 'all', has: () => true }
  const [, number, of = String(parts)] = /^(\d+)\/(\d+)$/.exec(asked ?? '') ?? []
  const part = (number === undefined ? RUN : Number(number) - 1) % Number(of)
  return { name: `part ${String(part + 1)}/${of}`, has: (at) => at % Number(of) === part }
}
