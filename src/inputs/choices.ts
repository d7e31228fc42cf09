/** Inputs with a few allowed words, switches and whole numbers. */

import { inputDefaults, type InputName } from './defaults'
import type { InputReader } from './input-reader'
import { nearest } from './nearest'

interface ChoiceOptions<T extends string> {
  readonly allowed: readonly [T, ...T[]]
  /** Other names that people use for an allowed word, in lower case. */
  readonly alsoKnownAs?: Readonly<Record<string, T>>
}

/** One of the allowed words; after a mistake the one that was probably meant. */
export function choice<T extends string>(
  inputs: InputReader,
  name: InputName,
  { allowed, alsoKnownAs = {} }: ChoiceOptions<T>,
): T {
  const given = inputs.read(name).trim()
  const exact = allowed.find((word) => word === given)
  if (exact !== undefined) return exact

  const fallback = allowed.find((word) => word === inputDefaults[name]) ?? allowed[0]
  const known = Object.hasOwn(alsoKnownAs, given.toLowerCase())
    ? alsoKnownAs[given.toLowerCase()]
    : undefined
  const meant = known ?? nearest(given, allowed)
  inputs.problem(
    name,
    `\`${name}\` is ${inputs.show(given)}. Allowed: ${allowed.map((word) => `\`${word}\``).join(', ')}.` +
      (meant === undefined ? '' : ` Did you mean \`${meant}\`?`),
  )
  return allowed.find((word) => word === meant) ?? fallback
}

/** A switch, in the spellings of YAML 1.2's core schema, which GitHub's own toolkit accepts. */
export function boolean(inputs: InputReader, name: InputName): boolean {
  const given = inputs.read(name).trim()
  if (['true', 'True', 'TRUE'].includes(given)) return true
  if (['false', 'False', 'FALSE'].includes(given)) return false

  inputs.problem(name, `\`${name}\` is ${inputs.show(given)}. Allowed: \`true\`, \`false\`.`)
  return false
}

/** A switch that may be left to `auto`. */
export function booleanOrAuto(inputs: InputReader, name: InputName): boolean | 'auto' {
  const given = inputs.read(name).trim()
  if (given === 'auto') return 'auto'
  if (['true', 'True', 'TRUE'].includes(given)) return true
  if (['false', 'False', 'FALSE'].includes(given)) return false

  inputs.problem(
    name,
    `\`${name}\` is ${inputs.show(given)}. Allowed: \`auto\`, \`true\`, \`false\`.`,
  )
  return 'auto'
}

/** A whole number from `least` to `most`. `suffix` may follow it. */
export function integer(
  inputs: InputReader,
  name: InputName,
  { least, most, suffix = '' }: { least: number; most: number; suffix?: string },
): number {
  const given = inputs.read(name).trim()
  const digits = suffix !== '' && given.endsWith(suffix) ? given.slice(0, -suffix.length) : given
  const number = /^[0-9]+$/.test(digits.trim()) ? Number(digits) : Number.NaN
  if (number >= least && number <= most) return number

  inputs.problem(
    name,
    `\`${name}\` is ${inputs.show(given)}. Set a whole number from ${least} to ${most}.`,
  )
  return Number(inputDefaults[name])
}
