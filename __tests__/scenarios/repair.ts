/** The commands that a summary of the post step prints for a person. */

/** All of them, in their order; empty where it prints none. */
export function commandsIn(summary: string): string {
  return [...summary.matchAll(/^(`{3,})bash\n([\s\S]*?)^\1$/gm)]
    .map(([, , commands]) => commands ?? '')
    .join('\n')
}
