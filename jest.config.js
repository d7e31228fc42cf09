/** Tests run as ES modules (see package.json "test"); TypeScript is transformed file by file, types are checked by `npm run typecheck`. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.demo/'],
  // Scenarios mostly wait for processes and polls: more of them than cores may wait at once.
  maxWorkers: 3,
  testTimeout: 60_000,
}
