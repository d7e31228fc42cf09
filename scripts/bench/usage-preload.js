/** Loaded by Node before a step (`--import`): at its end it writes what the process has used to the file BENCH_USAGE. */

import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = { peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage))
})
