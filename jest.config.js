/** Tests run as ES modules (see package.json "test"); TypeScript is transformed file by file, types are checked by `npm run typecheck`. */

import { spawnSync } from 'node:child_process'

const anyTest = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.demo/', '<rootDir>/.mutation/'],
}

const testsOfTheBuild = [
  '<rootDir>/__tests__/scenarios/',
  '<rootDir>/__tests__/campaign/',
  '<rootDir>/__tests__/contract/bundle.test.ts',
]

/** moto, a second opinion on our adapters, is not on npm: its tests are there where it is. */
const hasMoto = spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).error === undefined
const ofMoto = hasMoto ? [] : ['<rootDir>/__tests__/moto/']

/** A minute of waiting: the recipes of the workflow `e2e` are tried by `npm run campaign:e2e`. */
const campaignsOnly = process.env['E2E'] === undefined ? ['/e2e-recipes\\.test\\.ts$'] : []

export default {
  projects: [
    {
      ...anyTest,
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: [...testsOfTheBuild, ...ofMoto],
    },
    {
      ...anyTest,
      testMatch: testsOfTheBuild.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path)),
      testPathIgnorePatterns: campaignsOnly,
      // Called only where one of these tests is to run.
      globalSetup: '<rootDir>/scripts/check-dist-before-tests.js',
    },
  ],
  // Scenarios mostly wait for processes and polls: more of them than cores may wait at once.
  maxWorkers: 6,
  testTimeout: 120_000,
}
