/** What dist/ is bundled from: both steps in one module, so that they share its chunks. */

export { run as main } from '../src/main'
export { run as post } from '../src/post'
