/** Mutation testing of the core: `npm run campaign:mutation`. CONTRIBUTING.md tells how to run it and how to read it. */

const words = (text) => text?.split(/[\s,]+/).filter((word) => word !== '')

export default {
  /** MUTATE names a part of the core: `MUTATE='src/systems/iam/**'`. */
  mutate: words(process.env.MUTATE) ?? ['src/{systems,model,inputs,pipeline,report}/**/*.ts'],

  testRunner: 'mocha-loaded-once',
  plugins: ['./__tests__/mutation/mocha-runner.js'],
  testRunnerNodeArgs: ['--import', 'tsx', '--no-warnings'],
  mochaOptions: {
    'no-config': true,
    'no-package': true,
    /** TESTS names the tests of a part, which is quicker. The quick folders come first: the first failure ends a run. */
    spec: words(process.env.TESTS) ?? [
      '__tests__/{model,inputs,drift,core,rotel,endpoint,hyperdx}/**/*.test.ts',
    ],
    // They start servers.
    ignore: [
      '__tests__/core/lambda-invoke.test.ts',
      '__tests__/endpoint/{otlp-logs,otlp-logs-tls,otlp-answers,clickhouse-tables}.test.ts',
      '__tests__/hyperdx/{many-functions,faults,find-logs,hostile-values,pages,sources}.test.ts',
    ],
  },

  coverageAnalysis: 'perTest',
  // Code that runs while modules load (tables, mostly) would need all modules loaded anew for each mutant.
  ignoreStatic: true,
  concurrency: Number(process.env.CONCURRENCY ?? 2),
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: `.mutation/${process.env.NAME ?? 'core'}-incremental.json`,
  tempDirName: '.mutation/sandbox',
  ignorePatterns: ['dist', '.demo', 'e2e', '.mutation'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.mutation/${process.env.NAME ?? 'report'}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  disableTypeChecks: 'src/**/*.ts',
}
