/** What dist/ holds: one readable ES module with its chunks, made of src/ by ncc; the two entries of action.yml; licences. */

import { join } from 'node:path'
import ncc from '@vercel/ncc'
import { bundledFiles, licenceReport, packageFolders, readPackage } from './licences'
import { withoutUnusedDeclarations } from './unused-declarations'

export const root = join(import.meta.dirname, '..')

/** File names below dist/ and what is in them. */
export type Files = ReadonlyMap<string, string>

/**
 * The AWS SDK is taken as ES modules, of which webpack leaves out what nobody imports: half a megabyte of each run. ncc
 * asks for `main`, which is CommonJS, unless told otherwise, and in `exports` it takes the condition `node`, CommonJS
 * too, before `import`. Only the paths of a tsconfig lead elsewhere, for imports of packages as well; ncc looks for the
 * file where this variable says.
 */
const AS_ES_MODULES = ['module', 'main']
process.env['TS_NODE_PROJECT'] = join(root, 'tsconfig.bundle.json')

/** Types are checked by `npm run typecheck`. Nothing is written. */
export async function bundle(): Promise<Files> {
  // ncc takes names of modules relative to this folder: where the checkout lies does not show in dist/.
  process.chdir(root)
  const { code, assets, stats } = await ncc(join(root, 'scripts/action.ts'), {
    cache: false,
    quiet: true,
    transpileOnly: true,
    mainFields: AS_ES_MODULES,
  })
  const packages = packageFolders(bundledFiles(stats.compilation.modules)).map(readPackage)
  return new Map([
    ['index.js', withoutUnusedDeclarations(code)],
    ...Object.entries(assets).map(([name, { source }]): [string, string] => {
      const text = String(source)
      return [name, name.endsWith('.js') ? withoutUnusedDeclarations(text) : text]
    }),
    ...['main', 'post'].map((step): [string, string] => [`${step}.js`, entry(step)]),
    ['licenses.txt', licenceReport(packages)],
  ])
}

const entry = (step: string) =>
  `/** The ${step} step, as action.yml names it. Source: src/${step}.ts */\nimport { ${step} } from './index.js'\n\nconst ended = ${step}()\nawait ended\n\n/** For @github/local-action, which calls it once more. */\nexport const run = () => ended\n`
