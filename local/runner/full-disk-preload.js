/**
 * A disk that is full when so many lines of the journal are on it (FULL_DISK_AFTER): for steps, which are processes. The
 * rest of the runner's files can still be written, as they often lie on another disk.
 */

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const room = Number(process.env.FULL_DISK_AFTER)
const write = fs.writeSync
let lines = 0

fs.writeSync = (file, bytes, ...rest) => {
  const isJournal = Buffer.isBuffer(bytes) && /^\n?\{"kind":"/.test(bytes.toString('utf8'))
  if (isJournal && ++lines > room) {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return write(file, bytes, ...rest)
}
syncBuiltinESMExports()
