/** Files of the runner that cannot be written: the functions decide the result, and without a journal nothing is written. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { configurationOf, FOREIGN, inWorld, type World } from './world'

/** A path below a file: not even root can write there. */
const NOWHERE = join(import.meta.filename, 'below')

const preload = join(import.meta.dirname, '..', '..', 'local', 'runner', 'full-disk-preload.js')

/** @param lines of the journal that still fit */
const fullDisk = (lines: number) => ({
  NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
  FULL_DISK_AFTER: String(lines),
})

const writes = ({ aws }: World) => aws.calls.count('UpdateFunctionConfiguration')

const logged = ({ log }: { readonly log: readonly string[] }) => log.join('\n')

describe('what tells of a run', () => {
  test.each([
    ['the job summary', { GITHUB_STEP_SUMMARY: NOWHERE }, /The job summary could not be written/],
    ['the outputs', { GITHUB_OUTPUT: NOWHERE }, /The outputs of this step could not be written/],
  ])('%s cannot be written: one warning, and the function counts', (_, env, warning) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders' }, { env })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      const told = result.annotations.filter(({ message }) => warning.test(message))
      expect(told.map(({ level }) => level)).toEqual(['warning'])
      expect(result.annotations.filter(({ level }) => level === 'error')).toEqual([])
    }),
  )

  test('without RUNNER_TEMP a run that writes nothing succeeds, and names no report', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main(
        { functions: 'orders', mode: 'plan' },
        { env: { RUNNER_TEMP: NOWHERE } },
      )
      expect(result.exitCode).toBe(0)
      expect(result.outputs).toMatchObject({
        result: 'success',
        'report-path': '',
        'restore-path': '',
      })
      expect(logged(result)).toContain(
        'The report could not be written under RUNNER_TEMP (ENOTDIR)',
      )
    }))

  test('the report is there where `report-path` says', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const { outputs } = await main({ functions: 'orders' })
      expect(JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8'))).toMatchObject({
        functions: [{ name: 'orders' }],
      })
    }))
})

describe('without a journal nothing is written to functions', () => {
  test.each([
    ['RUNNER_TEMP', { RUNNER_TEMP: NOWHERE }, /could not be created under RUNNER_TEMP \(ENOTDIR\)/],
    ['the file of the state', { GITHUB_STATE: NOWHERE }, /could not be saved for the post step/],
    ['the first line of it', fullDisk(0), /the journal could not be written \(ENOSPC\)/],
  ])('where %s cannot be written, the functions are blocked, and the run reports', (_, env, why) =>
    inWorld(async (world) => {
      const { aws, main, job } = world
      const names = ['a', 'b', 'c', 'd', 'e', 'f']
      for (const name of names) aws.lambda.createFunction({ name, variables: FOREIGN })
      const result = await main({ functions: names.join('\n') }, { env })
      expect(result.exitCode).toBe(1)
      expect(writes(world)).toBe(0)
      expect(aws.calls.count('Invoke')).toBe(0)
      const functions = JSON.parse(result.outputs['functions'] ?? '{}') as {
        functions: { status: string; reason: string; detail: string }[]
      }
      expect(functions.functions.map(({ status, reason }) => `${status} ${reason}`)).toEqual(
        names.map(() => 'blocked journal-failed'),
      )
      expect(functions.functions[0]?.detail).toMatch(why)
      expect(result.summary).toContain('journal-failed')
      expect(result.annotations.map(({ title }) => title)).not.toContain(
        'ClickStack for AWS Lambda: unexpected error',
      )
      expect([...job.files().keys()].filter((file) => file.endsWith('.jsonl'))).toEqual([])
    }),
  )
})

describe('a disk that fills up in the middle of a run', () => {
  // The header, then a line for each write and each end.
  test.each([1, 2, 3, 4, 5, 8, 11])(
    'after %i lines: each function is configured and proven or in its original state, the queue stops, and the report tells it',
    (lines) =>
      inWorld(async (world) => {
        const { aws, main, post, job } = world
        const names = Array.from({ length: 12 }, (_, index) => `f${String(index)}`)
        for (const name of names) aws.lambda.createFunction({ name, variables: FOREIGN })
        const before = new Map(names.map((name) => [name, configurationOf(aws.lambda.get(name))]))
        const result = await main(
          { functions: names.join('\n'), 'max-unproven': '2' },
          { env: fullDisk(lines) },
        )
        expect(result.exitCode).toBe(1)
        const { functions } = JSON.parse(result.outputs['functions'] ?? '{}') as {
          functions: { name: string; status: string; reason?: string }[]
        }
        expect(functions).toHaveLength(names.length)
        const broken = functions.filter(({ reason }) => reason === 'journal-failed')
        expect(broken.length).toBeGreaterThan(0)
        expect(functions.some(({ status }) => status === 'skipped')).toBe(true)

        const isOriginal = (name: string) =>
          JSON.stringify(configurationOf(aws.lambda.get(name))) === JSON.stringify(before.get(name))
        for (const { name, status } of functions) {
          expect([name, status, isOriginal(name)]).toEqual([name, status, status !== 'written'])
        }
        // A line that could not be written tells of nothing that the post step would undo against the report.
        const after = await post(result.state, { env: fullDisk(0) })
        expect(after.exitCode).toBe(0)
        for (const { name, status } of functions)
          expect(isOriginal(name)).toBe(status !== 'written')
        expect([...job.files().keys()].filter((file) => file.endsWith('.journal'))).toEqual([])
      }),
  )

  test('`mode: remove` ends in order, too', () =>
    inWorld(async ({ aws, main, post }) => {
      const names = ['a', 'b', 'c', 'd']
      for (const name of names) aws.lambda.createFunction({ name, variables: FOREIGN })
      await main({ functions: names.join('\n') })
      const configured = new Map(names.map((name) => [name, configurationOf(aws.lambda.get(name))]))
      const inputs = { functions: names.join('\n'), mode: 'remove', endpoint: '', headers: '' }
      const result = await main({ ...inputs, 'api-key': '' }, { env: fullDisk(2) })
      expect(result.exitCode).toBe(1)
      await post(result.state)
      const { functions } = JSON.parse(result.outputs['functions'] ?? '{}') as {
        functions: { name: string; status: string }[]
      }
      expect(functions.map(({ name }) => name).sort()).toEqual(names)
      for (const { name, status } of functions) {
        const layers = status === 'removed' ? [] : configured.get(name)?.layers
        expect([name, status, aws.lambda.get(name).layers]).toEqual([name, status, layers])
      }
    }))
})
