/**
 * What the tests take from `@jest/globals`, for the mutation run alone (tsconfig.mutation.json leads here): Mocha loads all
 * tests once and runs them again for each mutant, which Jest cannot, and takes milliseconds where Jest takes seconds.
 * Matchers and tables are Jest's own, and a file is a suite of its own: its hooks are not those of other files.
 */

import { basename } from 'node:path'
import { expect } from 'expect'
import { bind } from 'jest-each'
import mocha from 'mocha'

/** A mutant may wait for what never comes. Without one, the longest test takes a second or two on a quiet machine. */
const TEST_TIMEOUT_MS = 60_000

type Body = () => unknown

/** Mocha sets it anew for each file that it loads. */
interface MochaGlobals {
  readonly describe: (title: string, body: Body) => mocha.Suite
}

let describeOfFile: MochaGlobals['describe'] | undefined
let open: mocha.Suite[] = []

function innermost(): mocha.Suite {
  const { describe } = globalThis as unknown as MochaGlobals
  if (describe !== describeOfFile) {
    describeOfFile = describe
    const suite = describe('', () => undefined)
    suite.title = basename(suite.file ?? '', '.test.ts')
    open = [suite]
  }
  const last = open.at(-1)
  if (last === undefined) throw new Error('outside of a test file')
  return last
}

function withEach(block: (title: string, body: Body) => void) {
  return Object.assign(block, { each: bind(block, false) })
}

export const describe = withEach((title, body) => {
  const parent = innermost()
  const suite = mocha.Suite.create(parent, title)
  suite.file = parent.file
  open.push(suite)
  body()
  open.pop()
})

export const test = withEach((title, body) => {
  const one = new mocha.Test(title, body)
  one.file = innermost().file
  innermost().addTest(one)
  one.timeout(TEST_TIMEOUT_MS)
})

export const beforeAll = (body: Body) => innermost().beforeAll(body)
export const afterAll = (body: Body) => innermost().afterAll(body)
export const beforeEach = (body: Body) => innermost().beforeEach(body)
export const afterEach = (body: Body) => innermost().afterEach(body)
export { expect }
