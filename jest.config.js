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

/**
 * Scenarios and the campaign over shared roles, the way back and rights to read secrets: `npm run test:roles`. They take
 * longer than the rest together, and some of them show what does not hold yet.
 */
const rolesAndWayBack = [
  '/__tests__/campaign/',
  '/__tests__/scenarios/(dark|roles|grants|way-back)-[^/]*\\.test\\.ts$',
  '/__tests__/scenarios/role-(limits|budgets)\\.test\\.ts$',
]
const isRolesRun = process.env['ROLES'] === '1'

export default {
  projects: [
    {
      ...anyTest,
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: [...testsOfTheBuild, ...(isRolesRun ? [] : rolesAndWayBack)],
    },
    {
      ...anyTest,
      testMatch: testsOfTheBuild.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path)),
      testPathIgnorePatterns: isRolesRun ? [] : rolesAndWayBack,
      // Called only where one of these tests is to run.
      globalSetup: '<rootDir>/scripts/check-dist-before-tests.js',
    },
  ],
  // Scenarios mostly wait for processes and polls: more of them than cores may wait at once.
  maxWorkers: 3,
  testTimeout: 60_000,
}
