/** Values in SQL where parameters cannot be bound: HyperDX's search takes a condition as text. */

/**
 * A ClickHouse string with exactly these bytes. Anything but plain characters is sent as hex, so that no quote, backslash
 * or macro (`$__…`) of a value is in the SQL: HyperDX parses the condition with a PostgreSQL grammar and prints
 * it anew (`fastifySQL` in its common-utils), and two grammars do not agree on escapes.
 */
export function sqlText(value: string): string {
  const isPlain = /^[A-Za-z0-9 _.$:/=@+-]*$/.test(value) && !value.includes('$_')
  return isPlain ? `'${value}'` : `unhex('${Buffer.from(value, 'utf8').toString('hex')}')`
}

/** What stands between the brackets of `IN (…)` and `array(…)`, each value once; a value that nothing has for no values. */
export function sqlTexts(values: readonly string[]): string {
  const distinct = [...new Set(values)]
  return distinct.length === 0 ? sqlText(NEVER) : distinct.map(sqlText).join(',')
}

/** `IN ()` is not valid SQL, and this does not occur as an attribute or a body. */
const NEVER = '\u0000'
