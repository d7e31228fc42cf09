/**
 * Stryker's runner for Mocha, which does not load all modules anew for a mutant that both tests and loading reach: it is
 * switched on for the tests alone (`ignoreStatic` in stryker.config.js), so that what is loaded is the same.
 */

import { strykerPlugins as plugins, strykerValidationSchema } from '@stryker-mutator/mocha-runner'

const [{ kind, factory }] = plugins

function create(injector) {
  const runner = factory(injector)
  runner.capabilities = () => Promise.resolve({ reloadEnvironment: true })
  return runner
}
create.inject = factory.inject

export const strykerPlugins = [{ kind, name: 'mocha', factory: create }]
export { strykerValidationSchema }
