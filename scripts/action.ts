/** What dist/ is bundled from: both steps in one module, so that they share its chunks. */

export { main } from '../src/main'
export { post } from '../src/post'
