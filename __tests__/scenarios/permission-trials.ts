/** What is taken away from a printed policy: an action, an entry of `Resource`, all of them, or a condition that is met. */

import type { Policy } from '../../scripts/printed-policies'

type Statement = Policy['Statement'][number]

/** One permission less. */
export interface Trial {
  readonly title: string
  /** That are missing then: at least one of them must be named. */
  readonly actions: readonly string[]
  /** For statements that hold a permission and are narrowed; `undefined`: nothing is left of it. */
  readonly narrow: (statement: Statement, isOfPolicy: boolean) => Statement | undefined
  /** An action, or where and when it is allowed. */
  readonly kind: 'action' | 'scope'
}

export function trialsOf(policy: Policy): readonly Trial[] {
  const actions = new Set(policy.Statement.flatMap((statement) => list(statement.Action)))
  return [
    ...[...actions].map((action): Trial => ({
      title: `without ${action}`,
      actions: [action],
      kind: 'action',
      narrow: (statement) => {
        const left = list(statement.Action).filter((one) => one !== action)
        return left.length === 0 ? undefined : { ...statement, Action: left }
      },
    })),
    ...policy.Statement.flatMap(scopeTrials),
  ]
}

function scopeTrials(one: Statement): readonly Trial[] {
  const entries = list(one.Resource)
  const { Condition } = one
  const changed = (title: string, change: Partial<Statement>): Trial => ({
    title,
    actions: list(one.Action),
    kind: 'scope',
    narrow: (statement, isOfPolicy) =>
      isOfPolicy && JSON.stringify(statement) === JSON.stringify(one)
        ? { ...statement, ...change }
        : statement,
  })
  return [
    ...(entries.some((entry) => elsewhere(entry) !== entry)
      ? [
          changed(`with ${one.Sid} in another account`, {
            Resource: entries.map(elsewhere),
          }),
        ]
      : []),
    ...(entries.length > 1
      ? entries.map((entry) =>
          changed(`with ${one.Sid} without ${entry}`, {
            Resource: entries.filter((other) => other !== entry),
          }),
        )
      : []),
    ...(Condition === undefined
      ? []
      : [
          changed(`with a condition of ${one.Sid} that is not met`, {
            Condition: JSON.parse(elsewhere(JSON.stringify(Condition))) as typeof Condition,
          }),
        ]),
  ]
}

function elsewhere(text: string): string {
  return text.replaceAll(
    /(?<=:)(\d{12}|aws)(?=:(function|layer|role|policy|log-group|secret|key))/g,
    '999999999999',
  )
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
