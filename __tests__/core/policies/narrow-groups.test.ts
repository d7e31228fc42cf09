/** The three log writes go from several groups at once, as if they had gone from one after the other. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Narrowing, planNarrowing } from '../../../src/systems/iam/narrow'
import { planNarrowingOfGroups } from '../../../src/systems/iam/narrow-groups'
import { meansTheSame } from '../../../src/systems/iam/policy-document'
import { addsOnlyLogWrites, undoDocument } from '../../../src/systems/iam/restore-document'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { documentSize, INLINE_LIMIT, inlineSize } from '../../../src/systems/iam/role-size'
import { allowsSomewhere, decide, entryReaches, WORLDS } from './independent-evaluator'
import {
  ACCOUNT,
  basic,
  documentsOf,
  edited,
  GROUP,
  managedPolicy,
  OTHER_ACTIONS,
  OTHER_RESOURCES,
  type PolicySet,
  policySet,
  policySets,
  WRITES,
} from './policy-sets'

const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:`
const OTHER = `${LOGS}/aws/lambda/other`
const APP = `${LOGS}/own/app`
const GROUPS = [GROUP, OTHER, APP]
/** Of no function, but reached by some entries. */
const BYSTANDERS = [`${LOGS}/aws/lambda/third`, `${LOGS}/own/second`, `${GROUP}-2`]
const BASIC_POLICY = basic(documentOf(allow(WRITES, '*')))

const sets = policySets(0, [BASIC_POLICY])
const someGroups = fc.shuffledSubarray(GROUPS, { minLength: 1 })

function documentOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function allow(Action: string | readonly string[], ...Resource: readonly string[]): object {
  return { Effect: 'Allow', Action, Resource }
}

function formsOf(group: string): readonly string[] {
  return [group, `${group}:*`, `${group}:log-stream:`, `${group}:log-stream:x`]
}

function plan({ role, managed }: PolicySet, groups: readonly string[]) {
  const narrowing = planNarrowingOfGroups(role, managed, groups)
  if (narrowing.kind === 'blocked') throw new Error(narrowing.because.join('\n'))
  return narrowing
}

function oneByOne(set: PolicySet, groups: readonly string[]): PolicySet {
  return groups.reduce((role, group) => {
    const narrowing = planNarrowing(role.role, role.managed, group)
    if (narrowing.kind === 'blocked') throw new Error(narrowing.because.join('\n'))
    return edited(role, narrowing.edits)
  }, set)
}

/** The documents of the role by policy, inline and attached. */
function byPolicy({ role, managed }: PolicySet): ReadonlyMap<string, string> {
  return new Map([
    ...role.inline,
    ...role.attached.map(({ arn }) => [arn, managed.get(arn)?.document ?? ''] as const),
  ])
}

function expectSame(one: PolicySet, other: PolicySet): void {
  const [left, right] = [byPolicy(one), byPolicy(other)]
  expect([...left.keys()].sort()).toEqual([...right.keys()].sort())
  const differing = [...left].filter(([name, text]) => !meansTheSame(text, right.get(name) ?? ''))
  expect(differing).toEqual([])
}

function policyOf(edit: RoleEdit): string {
  return 'policy' in edit ? edit.policy : edit.arn
}

describe('narrowing for several groups', () => {
  test('means the same as narrowing for one after the other, in any order', () => {
    fc.assert(
      fc.property(
        sets,
        someGroups,
        fc.shuffledSubarray(GROUPS, { minLength: 3 }),
        (set, groups, all) => {
          const order = all.filter((group) => groups.includes(group))
          const together = edited(set, plan(set, groups).edits)
          expectSame(together, oneByOne(set, order))
          expectSame(together, edited(set, plan(set, order).edits))
        },
      ),
      { numRuns: 15 },
    )
  })

  test('leaves none of the three on the groups, and takes nothing else that is not named', () => {
    fc.assert(
      fc.property(sets, someGroups, (set, groups) => {
        const { edits, losses } = plan(set, groups)
        const [before, after] = [documentsOf(set), documentsOf(edited(set, edits))]
        const broken: string[] = []
        for (const action of WRITES) {
          for (const form of groups.flatMap(formsOf)) {
            if (allowsSomewhere(after, action, form)) broken.push(`${action} on ${form}`)
          }
          const others = [...GROUPS.filter((group) => !groups.includes(group)), ...BYSTANDERS]
          for (const resource of [...others.flatMap(formsOf), ...OTHER_RESOURCES]) {
            for (const world of WORLDS) {
              const was = decide(before, action, resource, world)
              const is = decide(after, action, resource, world)
              if (was === is) continue
              const isNamed = losses.some((line) => names(line, action, resource))
              if (was !== 'allow' || is !== 'none' || !isNamed)
                broken.push(`${action} on ${resource}`)
            }
          }
        }
        for (const action of OTHER_ACTIONS) {
          for (const resource of [...groups.flatMap(formsOf), ...OTHER_RESOURCES]) {
            for (const world of WORLDS) {
              const was = decide(before, action, resource, world)
              if (was !== decide(after, action, resource, world))
                broken.push(`${action} on ${resource}`)
            }
          }
        }
        expect(broken).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  test('is one edit of each policy, whose undoing leads to the original byte for byte', () => {
    fc.assert(
      fc.property(sets, someGroups, (set, groups) => {
        const { edits } = plan(set, groups)
        const policies = edits.map(policyOf)
        expect(new Set(policies).size).toBe(policies.length)
        for (const edit of edits) {
          if (edit.kind !== 'new-version' && !('policy' in edit)) continue
          const original =
            edit.kind === 'new-version'
              ? set.managed.get(edit.arn)?.document
              : set.role.inline.get(edit.policy)
          if (edit.kind === 'new-version') {
            expect(edit.before).toBe(set.managed.get(edit.arn)?.defaultVersion)
          } else expect(edit.before).toBe(original)
          const after = edit.kind === 'delete-inline' ? undefined : edit.after
          expect(undoDocument(after, original ?? '', after)).toEqual({
            kind: 'write',
            document: original,
            leftUnchanged: [],
          })
          expect(addsOnlyLogWrites(after, original ?? '', groups)).toBe(true)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('leaves nothing to a second plan', () => {
    fc.assert(
      fc.property(sets, someGroups, (set, groups) => {
        const again = plan(edited(set, plan(set, groups).edits), groups.toReversed())
        expect(again).toEqual({ kind: 'edits', edits: [], losses: [] })
      }),
      { numRuns: 20 },
    )
  })

  test('is blocked where narrowing for one of them is, whichever comes first', () => {
    const kinds: Record<Narrowing['kind'], number> = { edits: 0, blocked: 0 }
    fc.assert(
      fc.property(policySets(1, [BASIC_POLICY]), someGroups, (set, groups) => {
        const { role, managed } = set
        const alone = groups.map((group) => planNarrowing(role, managed, group))
        const together = planNarrowingOfGroups(role, managed, groups)
        kinds[together.kind] += 1
        expect(together.kind === 'blocked').toBe(alone.some(({ kind }) => kind === 'blocked'))
      }),
      { numRuns: 25 },
    )
    const tried = kinds.edits + kinds.blocked
    expect(kinds.edits).toBeGreaterThan(tried / 6)
    expect(kinds.blocked).toBeGreaterThan(tried / 6)
  })

  test('is nothing for no group', () => {
    expect(plan(policySet([documentOf(allow(WRITES, '*'))], []), []).edits).toEqual([])
  })

  test('is the end of a policy of which nothing is left, whatever the first group leaves of it', () => {
    const document = documentOf(allow(WRITES, GROUP), allow(WRITES, OTHER))
    const own = managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/own`, document)
    expect(plan(policySet([document], [own]), [GROUP, OTHER]).edits).toEqual([
      { kind: 'delete-inline', policy: 'inline-0', before: document },
      { kind: 'detach', arn: own.arn, name: 'own' },
    ])
  })

  test('does not write again what it deletes for an earlier group, and still narrows the others', () => {
    const everywhere = documentOf(allow(WRITES, `${GROUP}:*`, '*'))
    const ofOther = documentOf(allow(WRITES, `${OTHER}:*`))
    expect(plan(policySet([everywhere, ofOther], []), [GROUP, OTHER]).edits).toEqual(
      expect.arrayContaining([
        { kind: 'delete-inline', policy: 'inline-0', before: everywhere },
        { kind: 'delete-inline', policy: 'inline-1', before: ofOther },
      ]),
    )
  })

  test('names each loss once', () => {
    const own = {
      ...managedPolicy(
        `arn:aws:iam::${ACCOUNT}:policy/own`,
        documentOf(allow([...WRITES, 's3:*'], GROUP, `${LOGS}/aws/*`, OTHER)),
      ),
      attachments: 2,
    }
    const { losses } = plan(policySet([], [own]), [GROUP, OTHER])
    expect(losses).toHaveLength(1)
    expect(losses[0]).toContain(`"${LOGS}/aws/*"`)
  })

  test('makes room for each edit with those before it', () => {
    const long = (length: number) => `arn:aws:s3:::${'x'.repeat(length)}`
    // Each mixed statement grows by its long entry when it is split; the other document goes whole.
    const growing = documentOf(
      allow([...WRITES, 's3:GetObject'], `${GROUP}:*`, long(1_500)),
      allow([...WRITES, 's3:GetObject'], `${OTHER}:*`, long(1_500)),
    )
    const going = documentOf(allow(WRITES, `${OTHER}:log-stream:${'y'.repeat(4_000)}`))
    const set = policySet([growing, going], [])
    expect(inlineSize(set.role.inline.values())).toBeLessThan(INLINE_LIMIT)
    const inline = new Map(set.role.inline)
    const sizes = plan(set, [GROUP, OTHER]).edits.map((edit) => {
      if (edit.kind === 'put-inline') inline.set(edit.policy, edit.after)
      if (edit.kind === 'delete-inline') inline.delete(edit.policy)
      return inlineSize(inline.values())
    })
    expect(documentSize(inline.get('inline-0') ?? '')).toBeLessThan(INLINE_LIMIT)
    expect(sizes.filter((size) => size > INLINE_LIMIT)).toEqual([])
  })
})

describe('the way back of a document that was narrowed for several groups', () => {
  const s3 = allow('s3:GetObject', '*')
  const original = documentOf(
    allow(WRITES, `${GROUP}:*`),
    s3,
    allow(WRITES, `${OTHER}:*`, `${APP}:*`),
  )
  const after = documentOf(s3, allow(WRITES, `${APP}:*`))

  test('goes on where others have restored one of the groups themselves', () => {
    const current = documentOf(s3, allow(WRITES, `${APP}:*`), allow(WRITES, `${GROUP}:*`))
    const undone = undoDocument(current, original, after)
    expect(undone).toMatchObject({ kind: 'write', leftUnchanged: [] })
    expect(undone.kind === 'write' && meansTheSame(undone.document, original)).toBe(true)
  })

  test('is nothing where others have restored all of them in another form', () => {
    const current = documentOf(
      s3,
      allow(WRITES, `${APP}:*`),
      allow(WRITES, `${OTHER}:*`),
      allow(WRITES, `${GROUP}:*`, `${APP}:*`),
    )
    expect(undoDocument(current, original, after)).toEqual({ kind: 'nothing' })
  })

  test.each([
    [[GROUP, OTHER], true],
    [[OTHER, GROUP, APP], true],
    [[GROUP], false],
    [[OTHER], false],
    [[], false],
  ])('is taken from a file only where it is about these groups: %j', (groups, expected) => {
    expect(addsOnlyLogWrites(after, original, groups)).toBe(expected)
  })
})

function names(line: string, action: string, resource: string): boolean {
  const [quoted = '""'] = /"(?:[^"\\]|\\.)*"/.exec(line) ?? []
  return (
    line.toLowerCase().includes(action.toLowerCase()) &&
    entryReaches(JSON.parse(quoted) as string, resource)
  )
}
