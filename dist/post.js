/** The post step, as action.yml names it. Source: src/index.ts */
import { post } from './index.js'

await post()
