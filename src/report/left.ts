/** The summary of a post step that could not roll back everything: what is left, where, and the commands that repair it. */

import { placeOfValue } from '../pipeline/rollout/journal-line'
import type { JournalContents, OpenFunction } from '../pipeline/rollout/journal'
import type { Left } from '../pipeline/rollout/finish-undo'
import { changesText } from '../pipeline/roles/restore-logs'
import type { RoleChange } from '../pipeline/roles/role-change'
import { fitted, type Part, section } from './fit'
import { block, code, prose, table } from './markdown'
import { aliasCommands, configurationCommands, roleCommands } from './repair-commands'

export interface JournalFile {
  readonly path: string
  readonly text: string
}

/** GitHub discards a step's summary of more than 1 MiB, in bytes: a margin stays. */
const SIZE_LIMIT_BYTES = 890_000

/** In Markdown. */
export function renderLeft({ why, contents, account, wasNotBegun }: Left, journal: JournalFile) {
  const title = '## ClickStack for AWS Lambda: the rollback is not finished'
  const reasons = why.map((reason) => `- ${prose(reason)}`)
  if (contents === undefined) {
    return fitted(
      [
        part([title, ...reasons], 0.5),
        part(
          [
            `Run this action again: it proves what is configured. \`mode: plan\` shows it. The journal is ${code(journal.path)}, until the runner deletes it at the end of the job.`,
          ],
          1,
        ),
      ],
      SIZE_LIMIT_BYTES,
    )
  }
  return fitted(
    [
      part(
        [
          title,
          reasons.join('\n'),
          wasNotBegun
            ? 'The post step changed nothing. What the main step wrote, and did not finish:'
            : 'What the main step wrote, and the post step could not restore:',
        ],
        0.2,
      ),
      part([table(['Where', 'What may still be there'], rowsOf(contents))], 0.4),
      part([introOf(account, contents, journal)], 0.45),
      part(repairsOf(contents, journal), 1),
    ],
    SIZE_LIMIT_BYTES,
  )
}

function part(texts: readonly string[], upTo: number): Part {
  return {
    sections: texts.map(section),
    upTo,
    left: ({ length }) =>
      `${length === 1 ? '1 more section does' : `${String(length)} more sections do`} not fit. The journal of the main step has them.`,
  }
}

function rowsOf({ open, aliases, changes, toSettle }: JournalContents): readonly string[][] {
  const roles = new Map<string, RoleChange[]>()
  for (const change of changes) {
    const { name } = change.role
    roles.set(name, [...(roles.get(name) ?? []), change])
  }
  const edited = new Set(changes.map(({ role }) => role.text))
  return [
    ...open.map((one) => [`${code(one.function.name)} (${one.function.region})`, leftOn(one)]),
    ...aliases.map(({ function: arn, alias, before, after }) => [
      `${code(arn.name)} (${arn.region})`,
      `alias ${code(alias)} moved from version ${before} to ${after}`,
    ]),
    ...[...roles].map(([name, all]) => [
      `role ${code(name)}`,
      `${prose(changesText(all))}${reachedText(all)}`,
    ]),
    ...toSettle
      .filter(({ role }) => !edited.has(role.text))
      .map(({ role }) => [
        `role ${code(role.name)}`,
        'not checked: inline policies of this action that give the right to read secrets and may not be needed any more',
      ]),
  ]
}

/** Names only: the value of a variable may be a secret. */
function leftOn({ inverse: { layers, variables, logFormat } }: OpenFunction): string {
  const { before = [], after = [] } = layers ?? {}
  const names = (wanted: (one: (typeof variables)[number]) => boolean) =>
    variables.filter(wanted).map(({ name }) => code(name))
  const isRemoved = (wrote: readonly (string | null)[]) => wrote.at(-1) === null
  return [
    ['layer added', after.filter((arn) => !before.includes(arn)).map(code)],
    ['layer removed', before.filter((arn) => !after.includes(arn)).map(code)],
    ['variables added', names(({ before: one }) => one === null)],
    ['variables replaced', names((one) => one.before !== null && !isRemoved(one.wrote))],
    ['variables removed', names((one) => one.before !== null && isRemoved(one.wrote))],
    ['log format', logFormat ? [`${logFormat.after} instead of ${logFormat.before}`] : []],
  ]
    .flatMap(([what, items]) =>
      Array.isArray(items) && items.length > 0 ? [`${String(what)}: ${items.join(', ')}`] : [],
    )
    .join('<br>')
}

function reachedText(changes: readonly RoleChange[]): string {
  const names = changes.flatMap((change) =>
    change.purpose === 'logs' ? change.reached.map(({ function: arn }) => arn.name) : [],
  )
  return names.length === 0 ? '' : `; reaches ${[...new Set(names)].map(code).join(', ')}`
}

function introOf(account: string | undefined, contents: JournalContents, { path }: JournalFile) {
  const of = account === undefined ? '' : ` of account ${code(account)}`
  const replaced = contents.open.flatMap(({ inverse }) =>
    inverse.variables.flatMap(({ name, before }) => (before === null ? [] : [code(name)])),
  )
  const values =
    replaced.length === 0
      ? []
      : [
          `Only the journal has the earlier values of ${[...new Set(replaced)].join(', ')}. It is the file ${code(path)} of this runner, which the runner deletes at the end of the job; the commands read the values from it. After the job the values are not known any more: deploy these functions again from their template, or replace ${code('($journal …)')} by the value in the command.`,
        ]
  return [
    '### What to do',
    `Run this action again with credentials${of}: it proves what is configured, and ${code('mode: remove')} removes it.`,
    `Or restore the original state with these commands, in this order, with the AWS CLI, jq, and credentials${of}. A command that prints ${code('false')} or an error changed nothing, because the item is in its original state already, a function still needs it, or another user has changed it since. Variables are restored by name, whatever value they have now.`,
    ...values,
  ].join('\n\n')
}

/** As the way back goes (promise P8): log permissions first, then aliases, then Rotel, then what only Rotel needs. */
function repairsOf({ open, aliases, changes }: JournalContents, journal: JournalFile) {
  const newestFirst = [...changes].reverse()
  const logs = newestFirst.filter(({ purpose }) => purpose === 'logs')
  const secrets = newestFirst.filter(({ purpose }) => purpose === 'secrets')
  const sections: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['The permission to write CloudWatch Logs. IAM may need a minute', logs.map(roleCommands)],
    ['Aliases', aliases.map(aliasCommands)],
    [
      'Functions',
      open.map((one) =>
        configurationCommands(one, journal.path, (name, value) =>
          placeOfValue(journal.text, one.function, { name, value }),
        ),
      ),
    ],
    ['The permission to read secrets, unless a function needs it', secrets.map(roleCommands)],
  ]
  return sections
    .filter(([, commands]) => commands.length > 0)
    .flatMap(([heading, commands], at) => [
      `#### ${String(at + 1)}. ${heading}`,
      ...commands.map((lines) => block(lines, 'bash')),
    ])
}
