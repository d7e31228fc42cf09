/**
 * What no text of others may show, as far as this process knows it: secret inputs and credentials, in all that a server
 * answers; and the values of a function's variables, in what Lambda answers to a call about that function. (In other texts
 * they would hide ordinary words, for a variable may hold any.)
 */

import { membersOf, textOf } from '../model/json'
import { formsOf, withoutEchoes, withoutValues } from '../model/redaction'
import { secretParts } from '../systems/rotel/settings'
import type { Variables } from '../systems/lambda/lambda-function'

const secrets = new Set<string>()
/** By name: published versions, and functions of that name in other regions, have values of their own. */
const partsOf = new Map<string, Set<string>>()

/** From now on they are in no text that `shownWords` returns. */
export function hideInAnswers(values: Iterable<string>): void {
  for (const value of values) for (const form of formsOf(value)) secrets.add(form)
}

/** Of the caller's credentials; the ID of the key is none. */
export function callerSecrets(environment: NodeJS.ProcessEnv): readonly string[] {
  const { AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } = environment
  return [key, token].flatMap((value) => (value ? [value] : []))
}

/** A server's text without what it may echo and without the secrets that this process knows. */
export function shownWords(text: string): string {
  return withoutValues(withoutEchoes(text), secrets)
}

/** @param name of the function */
export function rememberVariables(name: string, variables: Variables): void {
  if (variables.size === 0) return
  const known = partsOf.get(name) ?? new Set()
  for (const part of secretParts(variables)) known.add(part)
  partsOf.set(name, known)
}

/**
 * A middleware of Lambda's clients: an error about a function quotes none of its values.
 * @see withTypedAnswers for how it is added
 */
export function hideVariables<Given extends { readonly input: object }, Answered>(
  next: (given: Given) => Promise<Answered>,
) {
  return async (given: Given): Promise<Answered> => {
    try {
      return await next(given)
    } catch (thrown) {
      const name = nameIn(textOf(membersOf(given.input)['FunctionName']) ?? '')
      if (thrown instanceof Error) thrown.message = withoutVariables(thrown.message, name)
      throw thrown
    }
  }
}

/** Of a name, or of an ARN with a version or without. */
function nameIn(text: string): string {
  const parts = text.split(':')
  const at = parts.indexOf('function')
  return parts[at === -1 ? 0 : at + 1] ?? ''
}

/** Hidden, it could take the words away by which an error is recognised. Who shows the error hides it. */
const WORD = /^[a-z]{1,11}$/i

function withoutVariables(text: string, name: string): string {
  const values = [...(partsOf.get(name) ?? [])].filter((value) => !WORD.test(value.trim()))
  return values.length === 0 ? text : withoutValues(text, values.flatMap(formsOf))
}
