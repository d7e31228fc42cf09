/** Finds secrets in everything that a step printed or left behind, whatever form they have there. */

import type { Job, StepResult } from './step'

/**
 * Where each of the secrets was found; empty if none leaked. Mask commands are how the runner learns a secret.
 * @param others further places, by their name: the comment of a pull request, for example
 */
export function leaksOf(
  result: StepResult,
  job: Pick<Job, 'files'>,
  secrets: readonly string[],
  others: Readonly<Record<string, string>> = {},
): readonly string[] {
  const printed = result.stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
  const places = new Map<string, string>([
    ['stdout', printed],
    ['stderr', result.stderr],
    ['summary', result.summary],
    ['outputs', JSON.stringify(result.outputs)],
    ['state', JSON.stringify(result.state)],
    ...[...job.files()].filter(([name]) => !name.endsWith('.journal')),
    ...Object.entries(others),
  ])
  return [...places].flatMap(([place, text]) => {
    const joined = joinedLines(text)
    return secrets.flatMap((secret) => {
      const form = formsOf(secret).find(({ find }) => find(text, joined))
      if (form === undefined) return []
      return [`${secret} in ${place}${form.name === '' ? '' : ` (${form.name})`}`]
    })
  })
}

/** Whether a text has a finding of `leaksOf` in it. */
export function namesLeak(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(`${secret} in `))
}

interface Form {
  readonly name: string
  readonly find: (text: string, joined: string) => boolean
}

/** Shorter ones are found by chance in what is encoded. */
const SHORTEST_ENCODED = 8

function formsOf(secret: string): readonly Form[] {
  const plain: Form = { name: '', find: (text) => text.includes(secret) }
  if (secret.length < SHORTEST_ENCODED) return [plain]
  const json = JSON.stringify(secret).slice(1, -1)
  const small = secret.toLowerCase()
  return [
    plain,
    { name: 'in a URL', find: (text) => text.includes(encodeURIComponent(secret)) },
    { name: 'in JSON', find: (text) => text.includes(json) },
    { name: 'in hexadecimal', find: (text) => text.includes(Buffer.from(secret).toString('hex')) },
    { name: 'in another case', find: (text) => text.toLowerCase().includes(small) },
    { name: 'over several lines', find: (_, joined) => joined.includes(small) },
    {
      name: 'in base64',
      find: (text) => base64Of(secret).some((encoded) => text.includes(encoded)),
    },
  ]
}

/** What is the same wherever the secret stands in what was encoded, in both alphabets. */
function base64Of(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from('x'.repeat(before) + secret)
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
    // Letters to which the bytes before it belong, too.
    const own = whole.slice(before === 0 ? 0 : 4)
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** Without the line breaks and the escapes for them that may stand within it. */
function joinedLines(text: string): string {
  return text.replaceAll(/%0A|%0D|\\n|\\r|[\r\n]+/gi, '').toLowerCase()
}
