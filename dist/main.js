/** The main step, as action.yml names it. Source: src/index.ts */
import { main } from './index.js'

await main()
