/** The post step, as action.yml names it. Source: src/post.ts */
import { post } from './index.js'

await post()
