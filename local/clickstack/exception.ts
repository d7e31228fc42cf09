/** ClickHouse's errors: code, name and text, and the HTTP status that its HTTP interface gives them. */

export class ClickHouseException extends Error {
  readonly code: number
  /** As in `SELECT name FROM system.errors`, for instance UNKNOWN_TABLE. */
  readonly errorName: string

  constructor(code: number, errorName: string, message: string) {
    super(message)
    this.code = code
    this.errorName = errorName
  }

  /** The body of the HTTP answer. */
  text(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.errorName}) (version ${version} (official build))\n`
  }
}

/**
 * From chdb's text, `Query failed: Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. Some errors come wrapped twice, with
 * prefix and suffix repeated; the server shows them once.
 */
export function exceptionOf(text: string): ClickHouseException {
  const inner = text.replace(/ \(version [^)]*\)[\s\S]*$/, '')
  const match =
    /(?:Code: (?<code>\d+)\. DB::Exception: )+(?<message>[\s\S]*?) ?\((?<name>[A-Z0-9_]{3,})\)\s*$/.exec(
      inner,
    )
  const { code, message, name } = match?.groups ?? {}
  if (code === undefined || message === undefined || name === undefined) {
    return new ClickHouseException(1002, 'UNKNOWN_EXCEPTION', text)
  }
  return new ClickHouseException(Number(code), name, message)
}

const badRequest = new Set([
  'BAD_ARGUMENTS',
  'CANNOT_COMPILE_REGEXP',
  'CANNOT_PARSE_TEXT',
  'CANNOT_PARSE_ESCAPE_SEQUENCE',
  'CANNOT_PARSE_QUOTED_STRING',
  'CANNOT_PARSE_DATE',
  'CANNOT_PARSE_DATETIME',
  'CANNOT_PARSE_NUMBER',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_UUID',
  'DUPLICATE_COLUMN',
  'ILLEGAL_COLUMN',
  'THERE_IS_NO_COLUMN',
  'SYNTAX_ERROR',
  'INCORRECT_DATA',
  'TYPE_MISMATCH',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
])
const forbidden = new Set([
  'UNKNOWN_USER',
  'WRONG_PASSWORD',
  'AUTHENTICATION_FAILED',
  'ACCESS_DENIED',
])
const notFound = new Set([
  'UNKNOWN_TABLE',
  'UNKNOWN_FUNCTION',
  'UNKNOWN_IDENTIFIER',
  'UNKNOWN_TYPE',
  'UNKNOWN_STORAGE',
  'UNKNOWN_DATABASE',
  'UNKNOWN_SETTING',
  'UNKNOWN_AGGREGATE_FUNCTION',
  'UNKNOWN_FORMAT',
  'UNKNOWN_ROLE',
])

/** `src/Server/HTTP/exceptionCodeToHTTPStatus.cpp`; READONLY has no entry there and is a 500. */
export function httpStatusOf({ errorName }: ClickHouseException): number {
  if (badRequest.has(errorName)) return 400
  if (errorName === 'REQUIRED_PASSWORD') return 401
  if (forbidden.has(errorName)) return 403
  if (notFound.has(errorName)) return 404
  if (errorName === 'TIMEOUT_EXCEEDED') return 408
  if (errorName === 'QUERY_IS_TOO_LARGE') return 413
  if (errorName === 'NOT_IMPLEMENTED') return 501
  return 500
}
