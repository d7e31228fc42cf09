/** Splits what the HTTP interface got as one stream, an INSERT and its data, so that the engine can read the data. */

export interface InsertQuery {
  /** With `{payload}` for the file of the data. */
  readonly sql: string
  readonly data: Buffer
}

/**
 * The query is in the URL and the data in the body, or both are in the body. Undefined for anything else, `INSERT …
 * SELECT` and `INSERT … VALUES` with the values in the query included: those are whole as they are.
 */
export function splitInsert(urlQuery: string | undefined, body: Buffer): InsertQuery | undefined {
  if (urlQuery !== undefined) {
    const parts =
      /^(\s*INSERT\s+INTO\b[\s\S]*?)((?:\bSETTINGS\b[\s\S]*?)?\bFORMAT\s+\w+)\s*$/i.exec(urlQuery)
    return parts ? insertOf(parts, body) : undefined
  }
  // Latin-1 keeps one character for each byte, so that positions in the text are positions in the data.
  const text = body.toString('latin1')
  const parts =
    /^(\s*INSERT\s+INTO\b[\s\S]*?)((?:\bSETTINGS\b[\s\S]*?)?\bFORMAT\s+(?!VALUES\b)\w+)[ \t]*\r?\n/i.exec(
      text,
    )
  return parts ? insertOf(parts, body.subarray(Buffer.byteLength(parts[0], 'latin1'))) : undefined
}

function insertOf([, into = '', format = '']: RegExpExecArray, data: Buffer): InsertQuery {
  return { sql: `${into} FROM INFILE '{payload}' ${format}`, data }
}
