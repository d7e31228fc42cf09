/** The main step, as action.yml names it. Source: src/main.ts */
import { main } from './index.js'

const ended = main()
await ended

/** For @github/local-action, which calls it once more. */
export const run = () => ended
