/** The policies that docs/permissions.md prints, by heading: what the templates of roles are made of. */

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>
}

export interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

/** In the order of the page below the heading, which is given without backticks. Throws where the page has no such heading. */
export function policiesBelow(page: string, heading: string): readonly Policy[] {
  const section = page
    .split(/^## /m)
    .find((part) => part.split('\n', 1)[0]?.replaceAll('`', '') === heading)
  if (section === undefined) throw new Error(`docs/permissions.md has no heading ${heading}`)
  return [...section.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
    ([, json = '']) => JSON.parse(json) as Policy,
  )
}
