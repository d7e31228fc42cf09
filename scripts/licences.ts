/**
 * dist/licenses.txt: which packages are in the bundle, and the texts of their licences. Made from webpack's own list of
 * the files that it bundled: ncc's option `license` leaves out the packages of the first chunk, which every run loads.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Licences that allow redistribution in a bundle under MIT, by SPDX identifier. Any other fails the build. Development
 * dependencies are not asked: they are not redistributed. One of them, `@cloud-copilot/iam-simulate` with its own packages, is
 * under the AGPL-3.0: tests run it as a second opinion on policies, and nothing of it may get into `src/`.
 */
export const FREE_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
])

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As package.json has it: an SPDX identifier. */
  readonly licence: string
  /** Of the files LICENSE and NOTICE; empty for a package without them. */
  readonly texts: readonly string[]
}

/** The folders of the packages, below node_modules, that these files are of; each once. */
export function packageFolders(files: Iterable<string>): readonly string[] {
  const folders = [...files].flatMap((file) => {
    const path = file.replaceAll('\\', '/')
    return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
  })
  return [...new Set(folders)].sort()
}

/** Throws where package.json has no name, version or licence. */
export function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as unknown
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  return {
    name: field(manifest, 'name', folder),
    version: field(manifest, 'version', folder),
    licence: field(manifest, 'license', folder),
    texts,
  }
}

function field(manifest: unknown, name: string, folder: string): string {
  const value =
    typeof manifest === 'object' && manifest !== null
      ? (Object.entries(manifest).find(([key]) => key === name)?.[1] as unknown)
      : undefined
  if (typeof value !== 'string') throw new Error(`${folder}/package.json has no ${name}`)
  return value
}

/** The text of dist/licenses.txt. Throws for a package whose licence is not free. */
export function licenceReport(packages: readonly BundledPackage[]): string {
  const refused = packages.filter(({ licence }) => !FREE_LICENCES.has(licence)).map(titled)
  if (refused.length > 0)
    throw new Error(`The bundle would hold packages without a free licence: ${refused.join(', ')}`)
  const sorted = [...packages].sort((a, b) => (titled(a) < titled(b) ? -1 : 1))
  return [
    'Third-party software in this folder. Made by `npm run build`: not edited by hand.',
    sorted.map(titled).join('\n'),
    ...byText(sorted).map(
      ([text, users]) => `${'-'.repeat(80)}\n${users.map(titled).join('\n')}\n\n${text}`,
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

const titled = ({ name, version, licence }: BundledPackage) => `${name} ${version} (${licence})`

/** Each text once, with all packages that it applies to: most packages have the same Apache licence. */
function byText(packages: readonly BundledPackage[]): [string, readonly BundledPackage[]][] {
  const users = new Map<string, BundledPackage[]>()
  for (const one of packages) {
    const texts = one.texts.length > 0 ? one.texts : [withoutText(one, packages)]
    for (const text of texts.map(normalised)) users.set(text, [...(users.get(text) ?? []), one])
  }
  return [...users]
}

/** Some packages of the AWS SDK name their licence, but have no file with its text. */
function withoutText({ licence }: BundledPackage, packages: readonly BundledPackage[]): string {
  const other = packages.find((one) => one.licence === licence && one.texts.length > 0)
  if (other === undefined) throw new Error(`The bundle holds no text of the licence ${licence}`)
  return `This package has no licence file. Its package.json names the licence ${licence}, whose text is in\nthis file too.`
}

const normalised = (text: string) =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')

/** Of webpack's compilation, what this asks for: a module that was joined to others holds them. */
export interface BundledModule {
  readonly resource?: string
  readonly modules?: Iterable<BundledModule>
}

/** The files that were bundled, with those of joined modules. */
export function bundledFiles(modules: Iterable<BundledModule>): readonly string[] {
  return [...modules].flatMap(({ resource, modules: joined }) => [
    ...(resource === undefined ? [] : [resource]),
    ...(joined === undefined ? [] : bundledFiles(joined)),
  ])
}
