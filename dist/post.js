/** The post step, as action.yml names it. Source: src/post.ts */
import { post } from './index.js'

const ended = post()
await ended

/** For @github/local-action, which calls it once more. */
export const run = () => ended
