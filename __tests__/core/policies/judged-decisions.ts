/** What both evaluators decide, counted, and held against each other. */

import { type Decision, judged, ours, reasonsToPart, type Request, withoutParting } from './judge'
import { type Case, elsewhere, formsOf, OTHER_ACTIONS, requests } from './judged-documents'
import { WRITES } from './policy-sets'

const counted = { decisions: 0, parted: 0 }
const distinct = new Set<string>()
/** Decisions on which the two part without a reason. */
const unexplained = new Set<string>()

/** What was decided on a document, by request: most documents stay through a change, and are asked about again. */
const known = new Map<string, Map<Request, Decision>>()

/** What the table of docs/trust.md shows. */
export function figuresOfJudge() {
  return {
    'documents judged by both': distinct.size,
    'decisions compared': counted.decisions,
    'disagreements with a source for our choice': counted.parted - unexplained.size,
    'disagreements without one': unexplained.size,
  }
}

/**
 * Both decide on each document; where they part, there must be a reason. What a role may do is what its documents say together:
 * a Deny of one outweighs every Allow, and without an Allow there is none.
 *
 * @returns the judge's decision
 */
export function decided(documents: readonly string[], request: Request): Decision {
  const each = new Set(documents.map((document) => decidedOn(document, request)))
  if (each.has('explicitDeny')) return 'explicitDeny'
  return each.has('allowed') ? 'allowed' : 'implicitDeny'
}

function decidedOn(document: string, request: Request): Decision {
  if (known.size > 300) known.clear()
  const before = known.get(document) ?? new Map<Request, Decision>()
  known.set(document, before)
  const answered = before.get(request)
  if (answered !== undefined) return answered
  const decision = judged([document], request)
  const local = ours([document], request)
  distinct.add(document)
  counted.decisions += 1
  if (decision !== local) {
    counted.parted += 1
    if (!isExplained(document, request)) {
      const what = `${request.action} on ${request.resource} in ${JSON.stringify(request.context)}: the judge ${decision}, Local AWS ${local}\n${document}`
      unexplained.add(what)
      throw new Error(what)
    }
  }
  before.set(request, decision)
  return decision
}

/** A reason excuses the statement that it is in, and no other. */
function isExplained(document: string, request: Request): boolean {
  if (reasonsToPart(document).length === 0) return false
  const rest = withoutParting(document)
  return judged([rest], request) === ours([rest], request)
}

export function decisions(
  documents: readonly string[],
  all: readonly Request[],
): readonly Decision[] {
  return all.map((request) => decided(documents, request))
}

/** Requests whose decision is not the one that is expected. */
export function different(
  asked: readonly Request[],
  expected: readonly Decision[],
  documents: readonly string[],
  isMeant: (request: Request, before: Decision | undefined, after: Decision) => boolean = () =>
    false,
): readonly string[] {
  return asked.flatMap((request, index) => {
    const before = expected[index]
    const after = decided(documents, request)
    if (before === after || isMeant(request, before, after)) return []
    return [
      `${request.action} on ${request.resource} in ${JSON.stringify(request.context)}: ${String(before)}, then ${after}`,
    ]
  })
}

export interface Asked {
  /** The three writes on the group. */
  readonly writes: readonly Request[]
  /** Other actions, here and elsewhere, and the writes elsewhere. */
  readonly rest: readonly Request[]
}

/** Everything that is asked of a case. */
export function asked({ group, documents }: Case): Asked {
  const forms = formsOf(group)
  const away = elsewhere(group)
  return {
    writes: requests(documents, WRITES, forms),
    rest: [
      ...requests(documents, OTHER_ACTIONS, [...forms, ...away]),
      ...requests(documents, WRITES, away),
    ],
  }
}
