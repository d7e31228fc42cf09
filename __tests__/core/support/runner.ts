/** A runner that remembers what it was told. */

import type { Annotation, Runner } from '../../../src/model/runner'

export interface FakeRunner extends Runner {
  readonly lines: string[]
  readonly annotations: Annotation[]
}

export function aRunner(): FakeRunner {
  const lines: string[] = []
  const annotations: Annotation[] = []
  return {
    lines,
    annotations,
    info: (line) => void lines.push(line),
    debug: (line) => void lines.push(line),
    startGroup: (title) => void lines.push(title),
    endGroup: () => undefined,
    annotate: (annotation) => void annotations.push(annotation),
    untrusted: (more) => void lines.push(...more),
    setOutput: (name, value) => void lines.push(`${name}=${value}`),
    writeSummary(markdown) {
      lines.push(markdown)
      return Promise.resolve()
    },
  }
}
