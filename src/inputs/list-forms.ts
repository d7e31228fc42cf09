/** Lists in a form that inputs of an action do not have: they are texts, one item a line. What was meant is told. */

import type { InputName } from './defaults'
import type { InputReader } from './input-reader'
import { type ListItem, lines, linesOrCommas } from './lists'

/** The items of a list, one a line; a list in another form is a problem, and its items are read from it all the same. */
export function readLines(inputs: InputReader, name: InputName): readonly ListItem[] {
  return lines(asLines(inputs, name))
}

/** The same for items that cannot hold a comma: commas separate them too. */
export function readItems(inputs: InputReader, name: InputName): readonly ListItem[] {
  return linesOrCommas(asLines(inputs, name))
}

function asLines(inputs: InputReader, name: InputName): string {
  const text = inputs.read(name)
  const trimmed = text.trim()
  const bracketed = /^\[([\s\S]*)\]$/.exec(trimmed)?.[1]
  if (bracketed !== undefined) {
    const items = jsonItems(trimmed)
    const what = items === undefined ? 'a list in brackets' : 'a JSON array'
    inputs.problem(name, `\`${name}\` is ${what}. ${ONE_PER_LINE}`)
    return (items ?? bracketed.split(',').map(unquoted)).join('\n')
  }
  if (/^\{[\s\S]*\}$/.test(trimmed) && jsonOf(trimmed) !== undefined) {
    inputs.problem(name, `\`${name}\` is a JSON object. ${ONE_PER_LINE}`)
    return ''
  }
  const given = trimmed.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  if (given.length > 0 && given.every((line) => /^\s*- +\S/.test(line))) {
    inputs.problem(
      name,
      `\`${name}\` is a YAML list, which an action receives as text. Omit the \`- \` at the beginning of each line.`,
    )
    return given.map((line) => unquoted(line.replace(/^\s*- +/, ''))).join('\n')
  }
  return text
}

const ONE_PER_LINE = 'Set the items one per line, without brackets and quotes.'

function jsonItems(text: string): readonly string[] | undefined {
  const value = jsonOf(text)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unquoted(item: string): string {
  return item.trim().replace(/^(['"])(.*)\1$/, '$2')
}

/** The end of a sentence about an item that is in quotes or has spaces; `undefined` where that is not what is wrong. */
export function faultOfForm(item: string): string | undefined {
  if (/^(['"]).*\1$/.test(item)) return 'is in quotes: omit them'
  return /\S\s+\S/.test(item) ? 'contains a space: set one item per line' : undefined
}
