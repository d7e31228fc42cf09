/** Mutation testing of the pure core: `npm run campaign:mutation`. CONTRIBUTING.md tells how to run it and read it. */

/** A part of the core, as globs: `MUTATE='src/systems/iam/**'`. */
const part = process.env.MUTATE?.split(' ')

const tests = process.env.TESTS?.split(' ')

export default {
  mutate: part ?? ['src/**/*.ts', '!src/edges/**', '!src/main.ts', '!src/post.ts'],
  testRunner: 'mocha',
  plugins: ['@stryker-mutator/mocha-runner'],
  testRunnerNodeArgs: [...(process.env.PROF ? ['--cpu-prof','--cpu-prof-dir=/tmp/prof'] : []), '--import', 'tsx', '--no-warnings'],
  mochaOptions: {
    'no-config': true,
    'no-package': true,
    // The quick ones first: the first test that fails ends the run of a mutant.
    spec: tests ?? ['model', 'inputs', 'drift', 'core', 'rotel', 'endpoint', 'hyperdx'].map(
      (folder) => `__tests__/${folder}/**/*.test.ts`,
    ),
    // They start servers.
    ignore: [
      '__tests__/core/lambda-invoke.test.ts',
      '__tests__/endpoint/{otlp-logs,otlp-logs-tls,otlp-answers,clickhouse-tables}.test.ts',
      '__tests__/hyperdx/{many-functions,faults,find-logs,hostile-values,pages,sources}.test.ts',
    ],
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: `.mutation/${process.env.NAME ?? 'core'}-incremental.json`,
  tempDirName: '.mutation/sandbox',
  ignorePatterns: ['dist', '.demo', 'e2e'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.mutation/${process.env.NAME ?? 'core'}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  disableTypeChecks: 'src/**/*.ts',
  allowEmpty: false,
}
