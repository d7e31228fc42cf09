/** The command `jq`, as far as printed commands use it: jq as WebAssembly, which reads no file by itself. */

import { readFileSync } from 'node:fs'
import process from 'node:process'
import { raw } from 'jq-wasm'

const { filter, flags, tells } = parsed(process.argv.slice(2))
let input = ''
for await (const text of process.stdin.setEncoding('utf8')) input += text
try {
  // Without a value there is nothing to filter.
  const output = input.trim() === '' ? '' : await raw(input, filter, flags)
  process.stdout.write(`${output}\n`)
  const last = output.trim().split('\n').at(-1)
  if (tells) process.exitCode = last === '' ? 4 : last === 'false' || last === 'null' ? 1 : 0
} catch (thrown) {
  process.stderr.write(`${String(thrown)}\n`)
  process.exitCode = 5
}

/** @param {readonly string[]} words */
function parsed(words) {
  const args = [...words]
  const flags = []
  let filter
  let tells = false
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === '-e') tells = true
    else if (arg === '-r') flags.push(arg)
    else if (arg === '--rawfile') {
      flags.push('--arg', args.shift() ?? '', readFileSync(args.shift() ?? '', 'utf8'))
    } else if (arg.startsWith('-') || filter !== undefined) throw new Error(`unknown: ${arg}`)
    else filter = arg
  }
  return { filter: filter ?? '.', flags, tells }
}
