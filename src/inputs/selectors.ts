/** The input `functions`: names, ARNs, patterns and excludes. */

import type { InputReader } from './input-reader'
import type { Selector, Targets } from '../pipeline/select/targets'
import { parseQualifiedArn } from '../systems/lambda/function-arn'
import { faultOfForm, readItems } from './list-forms'

/** Lambda's own pattern for names (API reference, FunctionName). */
const NAME = /^[A-Za-z0-9_-]{1,64}$/
const PATTERN = /^[A-Za-z0-9_*-]+$/

/** A function's name, or a pattern of one: `*` stands for any number of characters. */
export function isNameOrPattern(text: string): boolean {
  return NAME.test(text) || (PATTERN.test(text) && text.includes('*'))
}

/**
 * The selectors, in writing order; reports lines that are none, and a list that selects nothing.
 * @param hasTags `function-tags` or `stack` selects: then all their functions are meant that are not excluded
 */
export function parseSelectors(inputs: InputReader, hasTags: boolean): readonly Selector[] {
  const items = readItems(inputs, 'functions')
  const selectors: Selector[] = []
  for (const { text } of items) {
    const selector = text.startsWith('!') ? parseExclude(text) : parseInclude(text)
    if ('fault' in selector) {
      inputs.problem('functions', `\`functions\`: ${inputs.show(text)} ${selector.fault}.`)
    } else {
      selectors.push(selector)
    }
  }

  if (hasTags) return selectors
  if (items.length === 0) {
    inputs.problem(
      'functions',
      '`functions` is empty. Set names, ARNs or `*` patterns, one per line, or select by `function-tags` or `stack`.',
    )
  } else if (items.every(({ text }) => text.startsWith('!'))) {
    inputs.problem(
      'functions',
      '`functions` has only excludes, which select nothing. Add `*` for all the others.',
    )
  }
  return selectors
}

/** Selects by something that may match any number of functions. */
export function isOpen({
  selectors,
  tags,
  stacks,
}: Pick<Targets, 'selectors' | 'tags' | 'stacks'>): boolean {
  const names = selectors.some(({ kind }) => kind === 'name' || kind === 'arn')
  const isTagged = tags.length > 0 || stacks.length > 0
  return selectors.some(({ kind }) => kind === 'pattern') || (isTagged && !names)
}

interface Fault {
  /** The end of a sentence that begins with the line. */
  readonly fault: string
}

function parseExclude(text: string): Selector | Fault {
  const pattern = text.slice(1).trim()
  if (isNameOrPattern(pattern)) return { kind: 'exclude', text: pattern, pattern }
  return pattern.startsWith('arn:')
    ? { fault: 'excludes an ARN: exclude by name or pattern' }
    : { fault: `excludes something that ${NO_NAME}` }
}

function parseInclude(text: string): Selector | Fault {
  if (text.startsWith('arn:')) return parseIncludedArn(text)
  if (NAME.test(text)) return { kind: 'name', text, name: text }
  if (isNameOrPattern(text)) return { kind: 'pattern', text, pattern: text }

  const partial = PARTIAL_ARN.exec(text)?.[1]
  if (partial !== undefined) {
    return {
      fault: `is a partial ARN: use the name \`${partial}\` and its region, or the full ARN`,
    }
  }
  const [name = '', qualifier, ...more] = text.split(':')
  if (more.length === 0 && qualifier !== undefined && NAME.test(name)) {
    return qualifier === '$LATEST' ? { kind: 'name', text, name } : { fault: ONLY_LATEST }
  }
  if (text.includes(':')) {
    return { fault: 'is a partial ARN: use the full ARN, or the name alone and its region' }
  }
  return { fault: faultOfForm(text) ?? NO_NAME }
}

/** `function:NAME`, with the parts of an ARN before it or none, and with a qualifier or none. */
const PARTIAL_ARN = /^(?:[\w-]*:)*function:([A-Za-z0-9_-]{1,64})(?::[\w$-]+)?$/

const NO_NAME =
  'is not a function name: 1 to 64 letters, digits, `-` and `_`, or a pattern of them with `*`'

const ONLY_LATEST =
  'names a version or alias: layers and variables can be changed only on `$LATEST`, so leave it out'

function parseIncludedArn(text: string): Selector | Fault {
  if (text.includes('*')) {
    return { fault: 'is an ARN with `*`: patterns match names, looked up in `regions`' }
  }
  const found = parseQualifiedArn(text)
  if (found === undefined || !NAME.test(found.arn.name)) {
    return { fault: 'is not a function ARN: `arn:aws:lambda:<region>:<account>:function:<name>`' }
  }
  const { arn, qualifier } = found
  if (qualifier !== undefined && qualifier !== '$LATEST') return { fault: ONLY_LATEST }
  return { ...arn, kind: 'arn', text }
}
