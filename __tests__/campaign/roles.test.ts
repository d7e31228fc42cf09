/** The campaign over roles in CI: a hundred sequences over the sources, and a few over the built action. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { KNOWN_SEQUENCES } from './known-sequences'

const PROGRAM = join(import.meta.dirname, 'roles.ts')
const MINUTES = 60_000

/** Its last words are what has to be read when it fails. */
async function campaign(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const exitCode = await new Promise((resolve) => child.on('close', resolve))
  const [figures = '', ...broken] = text.trimEnd().split('\n')
  process.stdout.write(`${figures}\n`)
  return { exitCode, figures, broken }
}

test(
  'no function is left dark or without a right in forty sequences, and nothing of ours stays',
  async () => {
    const { exitCode, figures, broken } = await campaign({ SEQUENCES: '40' })
    expect(broken).toEqual([])
    expect(figures).toMatch(/^roles campaign: 40 sequences .* 0 violations in 0 sequences/)
    expect(exitCode).toBe(0)
  },
  30 * MINUTES,
)

test(
  'nor in two sequences over the built action',
  async () => {
    const { exitCode, figures, broken } = await campaign({ SEQUENCES: '2', STEPS: 'process' })
    expect(broken).toEqual([])
    expect(figures).toMatch(/^roles campaign: 2 sequences .* 0 violations in 0 sequences/)
    expect(exitCode).toBe(0)
  },
  30 * MINUTES,
)

test.each(KNOWN_SEQUENCES)(
  'kept again, where it was broken once: %s',
  async (_, sequence) => {
    const { exitCode, broken } = await campaign({ REPLAY: JSON.stringify(sequence) })
    expect(broken.filter((line) => line.startsWith('!'))).toEqual([])
    expect(broken.length).toBeGreaterThanOrEqual(sequence.happenings.length)
    expect(exitCode).toBe(0)
  },
  2 * MINUTES,
)
