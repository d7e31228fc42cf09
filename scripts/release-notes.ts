/** Prints the notes of a release, its section of CHANGELOG.md. Called with the tag: `v1.4.2`. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { releaseNotes } from './changelog'

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8')
const { version } = JSON.parse(read('package.json')) as { readonly version: string }

const notes = releaseNotes(process.argv[2] ?? '', version, read('CHANGELOG.md'))
if (notes.ok) console.log(notes.value)
else {
  console.error(notes.fault)
  process.exitCode = 1
}
