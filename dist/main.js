/** The main step, as action.yml names it. Source: src/main.ts */
import { main } from './index.js'

await main()
