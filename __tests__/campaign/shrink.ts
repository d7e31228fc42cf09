/** Makes a sequence that breaks a promise shorter and plainer, as long as it breaks one. */

import { type Happening, type Run, type Sequence, textOf } from './sequences'

/**
 * @param fails those of the candidates that break a promise still; asked in rounds
 * @param isOver no further round is begun then
 */
export async function shrink(
  sequence: Sequence,
  fails: (candidates: readonly Sequence[]) => Promise<readonly Sequence[]>,
  isOver: () => boolean,
): Promise<Sequence> {
  let best = sequence
  const tried = new Set<string>()
  while (!isOver()) {
    const candidates = plainer(best).filter((one) => {
      const text = textOf(one).join('\n')
      return !tried.has(text) && Boolean(tried.add(text))
    })
    if (candidates.length === 0) return best
    for (let at = 0, found = false; at < candidates.length && !found && !isOver(); at += ROUND) {
      const [first] = await fails(candidates.slice(at, at + ROUND))
      if (first === undefined) continue
      best = first
      found = true
    }
  }
  return best
}

/** Candidates that are run at the same time. */
export const ROUND = 6

/** The most ambitious first. */
function plainer({ start, happenings }: Sequence): readonly Sequence[] {
  const without = happenings.map((_, index) => happenings.filter((__, other) => other !== index))
  const plainerOnes = happenings.flatMap((happening, index) =>
    plainerHappenings(happening).map((one) => happenings.with(index, one)),
  )
  return [
    ...[...without, ...plainerOnes].map((changed) => ({ start, happenings: changed })),
    ...start.aliased.map((name) => ({
      start: { ...start, aliased: start.aliased.filter((other) => other !== name) },
      happenings,
    })),
  ]
}

function plainerHappenings(happening: Happening): readonly Happening[] {
  switch (happening.kind) {
    case 'run':
      return [
        ...(happening.trouble.kind === 'none'
          ? []
          : [{ ...happening, trouble: { kind: 'none' } as const }]),
        ...plainerRuns(happening.run).map((run) => ({ ...happening, run })),
      ]
    case 'two-runs': {
      const [one, other] = happening.runs
      return [one, other].map((run) => ({ kind: 'run', run, trouble: { kind: 'none' } }))
    }
    case 'deploy':
    case 'publish':
      return []
  }
}

function plainerRuns(run: Run): readonly Run[] {
  const fewer = run.functions
    .map((name) => run.functions.filter((other) => other !== name))
    .filter((names) => names.length > 0)
    .map((functions) => ({ ...run, functions }))
  if (run.kind === 'remove') return fewer
  return [
    ...fewer,
    ...(run.logs === 'keep' ? [] : [{ ...run, logs: 'keep' } as const]),
    ...(run.key === 'plain' ? [] : [{ ...run, key: 'plain' } as const]),
  ]
}
