/** Moments at which an alias led to a version that nobody had proven: the answer of its invocation had not come yet. */

import type { LocalAws } from '../../local/aws/local-aws'

/** @param failing a version whose proof fails: no alias may lead to it, whoever has invoked it */
export function watchForUnprovenRoutes(aws: LocalAws, failing?: string): readonly string[] {
  const before = new Set(targets(aws))
  const moments: string[] = []
  aws.onWorkDone(({ operation }) => {
    if (operation === 'Invoke' || operation.startsWith('Get')) return
    for (const target of targets(aws)) {
      const [name, alias, version] = target.split(' ')
      if (before.has(target) || version === '$LATEST') continue
      const isInvoked = aws.calls
        .of('Invoke', name)
        .some(
          ({ params, status, worked }) =>
            params['Qualifier'] === version && worked && status === 200,
        )
      if (!isInvoked || version === failing) {
        moments.push(`${name ?? ''}: ${alias ?? ''} leads to ${version ?? ''}, which is not proven`)
      }
    }
  })
  return moments
}

/** `function alias version`. */
function targets(aws: LocalAws): readonly string[] {
  return aws.lambda
    .list()
    .flatMap(({ name, aliases }) =>
      Object.entries(aliases).map(([alias, version]) => `${name} ${alias} ${version}`),
    )
}
