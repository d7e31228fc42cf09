/** Values of functions that this process has read, in errors about a function of that name. */

import { expect, test } from '@jest/globals'
import { hideVariables, rememberVariables } from '../../src/edges/known-values'

test('an error about a function quotes no value of any configuration that was read by its name', async () => {
  const values = Array.from({ length: 12 }, (_, at) => `canary-of-region-${String(at)}`)
  for (const value of values) rememberVariables('orders', new Map([['PASSWORD', value]]))
  rememberVariables('billing', new Map([['PASSWORD', 'of-another-function']]))
  const call = hideVariables(() =>
    Promise.reject(new Error(`quoted: ${values.join(' ')} of-another-function`)),
  )
  const thrown = call({ input: { FunctionName: 'orders:3' } })
  await expect(thrown).rejects.toThrow(
    `quoted: ${values.map(() => '***').join(' ')} of-another-function`,
  )
})
