/** The part of Mocha that jest-in-mocha.ts uses. */

declare module 'mocha' {
  type Body = () => unknown

  class Test {
    constructor(title: string, body: Body)
    file: string | undefined
    timeout(ms: number): void
  }

  class Suite {
    static create(parent: Suite, title: string): Suite
    title: string
    file: string | undefined
    addTest(test: Test): void
    beforeAll(body: Body): void
    afterAll(body: Body): void
    beforeEach(body: Body): void
    afterEach(body: Body): void
  }

  const mocha: { readonly Suite: typeof Suite; readonly Test: typeof Test }
  export type { Suite }
  export default mocha
}
