/** Mutation testing of the core: `npm run campaign:mutation`. CONTRIBUTING.md tells how to run it and how to read it. */

const words = (text) => text?.split(/\s+/).filter((word) => word !== '')

const STARTING_SERVERS = [
  'core/lambda-invoke',
  'endpoint/clickhouse-tables',
  'endpoint/otlp-answers',
  'endpoint/otlp-logs',
  'endpoint/otlp-logs-tls',
  'hyperdx/faults',
  'hyperdx/find-logs',
  'hyperdx/hostile-values',
  'hyperdx/many-functions',
  'hyperdx/pages',
  'hyperdx/sources',
].map((test) => `__tests__/${test}.test.ts`)

/** What decides over functions and roles, and is tested in memory. Further parts can be measured by MUTATE. */
const CORE = [
  'src/model/**/*.ts',
  'src/systems/iam/**/*.ts',
  'src/systems/lambda/**/*.ts',
  'src/systems/instrumentation/**/*.ts',
  'src/pipeline/plan/**/*.ts',
  'src/pipeline/configure/**/*.ts',
  'src/pipeline/roles/**/*.ts',
  'src/pipeline/rollout/waves.ts',
]

export default {
  mutate: words(process.env.MUTATE) ?? CORE,

  testRunner: 'mocha',
  plugins: ['./__tests__/mutation/mocha-runner.js', './__tests__/mutation/messages.js'],
  testRunnerNodeArgs: ['--import', 'tsx', '--no-warnings'],
  mochaOptions: {
    'no-config': true,
    'no-package': true,
    /** TESTS names the tests of a part, which is quicker. Mocha takes a comma for the end of a pattern. */
    spec:
      words(process.env.TESTS) ??
      // The quick ones first: the first failure ends the run of a mutant.
      ['model', 'inputs', 'drift', 'core', 'rotel', 'endpoint', 'hyperdx'].map(
        (folder) => `__tests__/${folder}/**/*.test.ts`,
      ),
    ignore: STARTING_SERVERS,
  },

  ignorers: ['messages'],
  coverageAnalysis: 'perTest',
  // Code that runs while modules load (tables, mostly) would need all modules loaded anew for each mutant.
  ignoreStatic: true,
  concurrency: Number(process.env.CONCURRENCY ?? 2),
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: '.mutation/incremental.json',
  tempDirName: '.mutation/sandbox',
  ignorePatterns: ['dist', '.demo', 'e2e', '.mutation'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: '.mutation/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  disableTypeChecks: 'src/**/*.ts',
}
