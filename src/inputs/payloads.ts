/** What the functions are invoked with: `payload` and `payloads`. Never quoted in messages: it may hold private data. */

import type { InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { Payload, SmokeTest } from '../pipeline/smoke-test/settings'

import { lines, splitNameValue } from './lists'
import { isNameOrPattern } from './selectors'

/** Lambda's limit for synchronous invocations (AWS documentation, Lambda quotas). */
const MOST_BYTES = 6 * 1024 * 1024

export function parsePayload(inputs: InputReader): Payload {
  const text = inputs.read('payload').trim()
  if (text === 'none') {
    inputs.problem(
      'payload',
      '`payload` is `none`. To invoke no function, set `smoke-test: never`; to leave some out, use `payloads`.',
    )
  } else {
    checkJson(inputs, 'payload', '`payload`', text)
  }
  return { kind: 'json', text }
}

export function parsePayloads(inputs: InputReader): SmokeTest['payloads'] {
  const payloads: { pattern: string; payload: Payload }[] = []
  for (const { text, line } of lines(inputs.read('payloads'))) {
    const where = `\`payloads\`: line ${line}`
    const entry = splitNameValue(text)
    const pattern = entry?.name.trim() ?? ''
    const value = entry?.value.trim() ?? ''
    if (entry === undefined || !isNameOrPattern(pattern)) {
      inputs.problem(
        'payloads',
        `${where} does not begin with a function's name or pattern and \`=\`. Use the form \`name={"some": "json"}\` or \`name=none\`, not an ARN.`,
      )
      continue
    }
    if (payloads.some((known) => known.pattern === pattern)) {
      inputs.problem('payloads', `${where} names ${inputs.show(pattern)} a second time.`)
    }
    if (value === 'none') {
      payloads.push({ pattern, payload: { kind: 'none' } })
    } else {
      checkJson(inputs, 'payloads', `${where}, for ${inputs.show(pattern)},`, value)
      payloads.push({ pattern, payload: { kind: 'json', text: value } })
    }
  }
  return payloads
}

function checkJson(inputs: InputReader, name: InputName, subject: string, text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > MOST_BYTES) {
    inputs.problem(name, `${subject} has ${bytes} bytes. Lambda allows at most ${MOST_BYTES}.`)
    return
  }
  try {
    JSON.parse(text)
  } catch (error) {
    // V8's message quotes the text; its position is all that is wanted.
    const position = /at position ([0-9]+)/.exec(String(error))?.[1]
    const where = position === undefined ? '' : `: see character ${position}`
    inputs.problem(name, `${subject} is not valid JSON${where}.`)
  }
}
