/** Tests run as ES modules (see package.json "test"); TypeScript is transformed file by file, types are checked by `npm run typecheck`. */

const anyTest = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.demo/'],
}

const testsOfTheBuild = [
  '<rootDir>/__tests__/scenarios/',
  '<rootDir>/__tests__/campaign/',
  '<rootDir>/__tests__/contract/bundle.test.ts',
]

export default {
  projects: [
    {
      ...anyTest,
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: testsOfTheBuild,
    },
    {
      ...anyTest,
      testMatch: testsOfTheBuild.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path)),
      // Called only where one of these tests is to run.
      globalSetup: '<rootDir>/scripts/check-dist-before-tests.js',
    },
  ],
  // Scenarios mostly wait for processes and polls: more of them than cores may wait at once.
  maxWorkers: 5,
  testTimeout: 120_000,
}
