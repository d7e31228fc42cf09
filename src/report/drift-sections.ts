/** For functions that a template tool owns: the lines that keep the change through its next deployment. */

import { ownerText } from '../systems/templates/drift'
import type { Outcome } from '../pipeline/rollout/outcome'
import { functionsText } from './headline'
import { block, code, fold, html } from './markdown'
import { firstNames, moreInReport } from './naming'

/** Limit for different snippets: they differ by function only where names or settings differ. */
const MOST_SNIPPETS = 20

/** One section for all functions of one tool that need the same lines. */
export function driftSections(outcomes: readonly Outcome[]): readonly string[] {
  const groups = new Map<string, readonly Outcome[]>()
  for (const outcome of outcomes) {
    if (outcome.drift === undefined) continue
    const { tool, snippet } = outcome.drift
    const key = `${tool} ${String(isBlocked(outcome))}\n${snippet.lines.join('\n')}`
    groups.set(key, [...(groups.get(key) ?? []), outcome])
  }
  const sections = [...groups.values()].slice(0, MOST_SNIPPETS).flatMap((members) => {
    const [first] = members
    if (first?.drift === undefined) return []
    const owners = [...new Set(members.flatMap(({ drift }) => (drift ? [ownerText(drift)] : [])))]
    const names = firstOf(members.map(({ name }) => code(name)))
    const count = functionsText(members.length)
    const of = html(firstOf(owners))
    const title = isBlocked(first)
      ? `${count} of ${of} ${members.length === 1 ? 'is' : 'are'} blocked until the template carries Rotel: lines for the template`
      : `The next deployment of ${of} may overwrite the change of ${count}: lines for the template`
    return [
      fold(`📄 ${title}`, [
        names,
        block(first.drift.snippet.lines, first.drift.snippet.language),
        'Replace the references to secrets with your own. Later runs leave layers and variables that the template sets unchanged.',
        ...(members.some(hasOwnedPolicy)
          ? [
              'This action added a policy to the execution role. CloudFormation cannot delete the role, and therefore the stack, while this policy exists: run `mode: remove` first.',
            ]
          : []),
      ]),
    ]
  })
  const left = groups.size - sections.length
  return left > 0 ? [...sections, moreInReport(left, ['snippet', 'snippets'])] : sections
}

function isBlocked({ reason }: Outcome): boolean {
  return reason === 'template-owned'
}

/** Names of hundreds of functions and stacks would fill the summary. */
function firstOf(names: readonly string[]): string {
  return firstNames(names, undefined, 20)
}

function hasOwnedPolicy({ cloudwatch, warnings }: Outcome): boolean {
  return (
    cloudwatch?.by !== undefined || warnings.some((text) => text.includes('grant-secret-access'))
  )
}
