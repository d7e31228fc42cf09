/** Keeps secrets out of foreign texts: AWS's error texts echo environments and presigned URLs. */

import { withoutTrailing } from './text-end'

const HIDDEN = '***'

/**
 * AWS's text without what it may echo: Lambda's 4 KB error prints every variable after "String measured",
 * waiter errors print whole responses, and GetFunction's answers hold presigned URLs.
 */
export function withoutEchoes(text: string): string {
  return withoutBraces(text.replace(/String measured:[\s\S]*/i, ''))
    .replace(/https?:\/\/\S+/gi, withoutQuery)
    .replace(/\s+/g, ' ')
    .trim()
}

/** From the first brace to the last one that closes, and from one that nothing closes to the end. */
function withoutBraces(text: string): string {
  const open = text.indexOf('{')
  if (open === -1) return text
  const close = text.lastIndexOf('}')
  const rest = close < open ? '' : text.slice(close + 1)
  return `${text.slice(0, open)}{…}${withoutBraces(rest)}`
}

/** @param url and what follows it without a blank: nothing tells where a query ends */
function withoutQuery(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : `${url.slice(0, query)}?…`
}

/**
 * The text with each of the values hidden. Values inside longer words are hidden from four characters on;
 * shorter ones only where they stand alone, and never inside an ARN or an address, or hiding "1" would blind every
 * sentence: a part of those that is so short is not secret. White space of any
 * kind and length counts as equal, and is ignored at the edges, because `withoutEchoes` merges it.
 */
export function withoutValues(text: string, values: Iterable<string>): string {
  const longestFirst = [...new Set([...values].map((value) => value.trim()))]
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length)
  return longestFirst.reduce((hidden, value) => {
    const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
    // Who quotes a header may write it in other case.
    const flags = value.length >= 8 ? 'gi' : 'g'
    if (value.length >= 4) return hidden.replace(new RegExp(literal, flags), HIDDEN)
    const isPartOfAName = insideNames(hidden)
    return hidden.replace(
      new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'g'),
      (found, at: number) => (isPartOfAName(at) ? found : HIDDEN),
    )
  }, text)
}

/** What may be an ARN, a URL without a user, an IP address or the name of a host, each with a port or without. */
const NAMES =
  /\barn:[\w-]*:[^\s"'<>()[\]{},;=]+|\bhttps?:\/\/(?![^\s"<>/]*@)[^\s"'<>]+|(?:\[[0-9a-f:.]+\]|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d+)?/gi

/** Names of hosts that words of a sentence do not look like. */
const HOST =
  /^(?:arn:|https?:|\[[^\]]*:|\d{1,3}(?:\.\d{1,3}){3}(?::|$)|localhost(?::|$)|[^:]*\.[a-z]{2,}(?::|$))/i

function insideNames(text: string): (at: number) => boolean {
  const ranges = [...text.matchAll(NAMES)]
    .filter(([name]) => HOST.test(name))
    .map(({ index, 0: name }) => [index, index + name.length])
  return (at) => ranges.some(([from = 0, to = 0]) => at >= from && at < to)
}

/**
 * A value as it is sent and quoted: as it is, in URLs and forms, in base64 (of headers, and the alphabet of URLs), and
 * inside JSON. For `withoutValues`, where others may quote a request of ours.
 */
export function formsOf(value: string): readonly string[] {
  // Half of a pair of surrogates cannot be sent: U+FFFD is sent in its place.
  const sent = Buffer.from(value, 'utf8').toString('utf8')
  const base64 = withoutTrailing(Buffer.from(sent, 'utf8').toString('base64'), '=')
  const inUrl = encodeURIComponent(sent)
  return [
    value,
    inUrl,
    inUrl.toLowerCase(),
    new URLSearchParams({ value }).toString().slice('value='.length),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
    JSON.stringify(value).slice(1, -1),
  ]
}

/** A user and a password as they are sent: each alone, and both together as in `Authorization: Basic …` (RFC 7617). */
export function formsOfCredentials(user: string, password: string): readonly string[] {
  return password === '' ? [] : [...formsOf(password), ...formsOf(`${user}:${password}`)]
}

/**
 * A foreign value as part of a line of ours: on one line, short, and without anything that the Actions runner interprets
 * as a command, which `##[` is anywhere in a line (actions/runner, ActionCommand.cs).
 */
export function asPartOfALine(value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll('##[', '## [')
    .trim()
  return line.length <= LONGEST_PART ? line : `${line.slice(0, LONGEST_PART)}…`
}

const LONGEST_PART = 120

/** Longest foreign text that is shown, in characters. Shorten it only after redaction: half a secret is one too. */
const LONGEST = 400

export function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
