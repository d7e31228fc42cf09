/** What is made from action.yml: the tables in docs/inputs.md and docs/outputs.md, and the names and defaults in src/. */

import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'

interface Entry {
  readonly name: string
  readonly description: string
  readonly default: string
  /** Marked so in action.yml, beside its name. */
  readonly isAdvanced: boolean
}

interface Group {
  readonly title: string
  readonly entries: readonly Entry[]
}

/**
 * docs/inputs.md with fresh tables between `<!-- inputs:start -->` and `<!-- inputs:end -->`: a table for each group, then
 * the same for the advanced inputs. Throws where a marker is missing.
 */
export function withInputTables(page: string, actionYml: string): string {
  const groups = inputGroups(actionYml)
  const tables = (heading: string, isAdvanced: boolean) =>
    groups
      .map(({ title, entries }) => ({
        title,
        entries: entries.filter((one) => one.isAdvanced === isAdvanced),
      }))
      .filter(({ entries }) => entries.length > 0)
      .map(({ title, entries }) => `${heading}${title}\n\n${inputTable(entries)}`)
  const content = [...tables('## ', false), '## Advanced', ...tables('### Advanced: ', true)]
  return between(page, 'inputs', content.join('\n\n'))
}

/** docs/outputs.md with a fresh table between the markers of `outputs`. Throws where one is missing. */
export function withOutputTable(page: string, actionYml: string): string {
  const rows = entriesOf(actionYml, 'outputs').map(({ name, description }) => [
    `\`${name}\``,
    description,
  ])
  return between(page, 'outputs', table(['Output', 'What it holds'], rows))
}

/** The inputs by group; the comment before the first input of a group is its title. Throws for inputs before any title. */
export function inputGroups(actionYml: string): readonly Group[] {
  const inputs = section(actionYml, 'inputs')
  const groups: { title: string; entries: Entry[] }[] = []
  for (const [position, { key }] of inputs.items.entries()) {
    // The parser gives a comment before the first key to the whole map.
    const comment =
      (isScalar(key) ? key.commentBefore : undefined) ??
      (position === 0 ? inputs.commentBefore : undefined)
    if (typeof comment === 'string') groups.push({ title: comment.trim(), entries: [] })
    const group = groups.at(-1)
    if (group === undefined) throw new Error('action.yml: the first input has no group')
    group.entries.push(entry(inputs, String(key)))
  }
  return groups
}

/**
 * The text of src/inputs/defaults.ts. A default that is an expression (`${{ github.token }}`) becomes an empty string:
 * only a runner can fill it in.
 */
export function inputDefaultsModule(actionYml: string): string {
  const groups = inputGroups(actionYml).map(({ entries }) =>
    entries
      .map(({ name, default: value }) => {
        const text = value.startsWith('${{') ? '' : value
        return `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`
      })
      .join('\n'),
  )
  return `/** All inputs in the order of action.yml, with its defaults. Made from it by \`npm run docs\`: not edited by hand. */

/**
 * The runner fills defaults in only where an input is left out: \`mode: \${{ inputs.mode }}\` with nothing in it arrives as
 * an empty string. An input that is empty or blank counts as left out.
 */
export const inputDefaults = {
${groups.join('\n\n')}
} as const

export type InputName = keyof typeof inputDefaults

/** In the order of action.yml, in which problems are reported. */
export const inputNames = Object.keys(inputDefaults) as readonly InputName[]
`
}

function entriesOf(actionYml: string, name: 'inputs' | 'outputs'): readonly Entry[] {
  const entries = section(actionYml, name)
  return entries.items.map(({ key }) => entry(entries, String(key)))
}

function section(actionYml: string, name: string): YAMLMap {
  const map = parseDocument(actionYml).get(name)
  if (!isMap(map)) throw new Error(`action.yml has no ${name}`)
  return map
}

function entry(entries: YAMLMap, name: string): Entry {
  const text = (key: string) => {
    const value: unknown = entries.getIn([name, key])
    return typeof value === 'string' ? value : ''
  }
  const value = entries.get(name)
  return {
    name,
    description: text('description').trim(),
    default: text('default'),
    isAdvanced: isMap(value) && value.commentBefore?.trim() === 'advanced',
  }
}

function inputTable(entries: readonly Entry[]): string {
  return table(
    ['Input', 'Default', 'What it is for'],
    entries.map((input) => [
      `\`${input.name}\``,
      input.default === '' ? '' : `\`${input.default}\``,
      input.description,
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Prettier would pad every cell to the longest description. */
function between(page: string, marker: string, content: string): string {
  const [start, end] = [`<!-- ${marker}:start -->`, `<!-- ${marker}:end -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no ${start} … ${end}`)
  const block = `<!-- prettier-ignore-start -->\n\n${content}\n\n<!-- prettier-ignore-end -->`
  return `${page.slice(0, from + start.length)}\n${block}\n${page.slice(to)}`
}
