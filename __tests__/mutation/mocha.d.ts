/** The part of Mocha that jest-in-mocha.ts uses; the package has no types. Source: its lib/suite.js and lib/test.js. */

declare module 'mocha' {
  namespace Mocha {
    class Test {
      constructor(title: string, body: () => unknown)
      file: string | undefined
      timeout(ms: number): void
    }

    class Suite {
      static create(parent: Suite, title: string): Suite
      title: string
      file: string | undefined
      addTest(test: Test): void
      beforeAll(body: () => unknown): void
      afterAll(body: () => unknown): void
      beforeEach(body: () => unknown): void
      afterEach(body: () => unknown): void
    }
  }
  export = Mocha
}
