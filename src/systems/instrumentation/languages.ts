/** The languages that an auto-instrumentation layer exists for, and the runtimes that speak them. */

export const LANGUAGES = ['nodejs', 'python', 'java'] as const

export type Language = (typeof LANGUAGES)[number]

/**
 * The language of a runtime; `undefined` where no layer can instrument it. Lambda ignores AWS_LAMBDA_EXEC_WRAPPER on
 * OS-only runtimes (`provided.*`); for Ruby and .NET no layer is in the table.
 */
export function languageOf(runtime: string): Language | undefined {
  return LANGUAGES.find((language) => new RegExp(`^${language}\\d`).test(runtime))
}
