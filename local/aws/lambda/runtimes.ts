/** Architectures and runtimes of Lambda, as far as extensions and instrumentation depend on them. */

export type Architecture = 'x86_64' | 'arm64'
export type Language = 'nodejs' | 'python' | 'java' | 'dotnet' | 'ruby' | 'provided'

export function languageOf(runtime: string | undefined): Language {
  const languages: readonly Language[] = ['nodejs', 'python', 'java', 'dotnet', 'ruby']
  return languages.find((language) => runtime?.startsWith(language) === true) ?? 'provided'
}

/**
 * Runtimes on Amazon Linux 2 or older, whose glibc is too old for Rotel; all others run on Amazon Linux 2023, the
 * `*.al2023` variants of Java among them.
 */
export function isAmazonLinux2(runtime: string | undefined): boolean {
  return runtime !== undefined && AMAZON_LINUX_2.test(runtime)
}

const AMAZON_LINUX_2 =
  /^(nodejs(1[0-9]|[468])\.x|python(2\.7|3\.[6-9]|3\.1[01])|java8|java8\.al2|java11|java17|dotnet6|dotnetcore.*|ruby(2\..*|3\.2)|provided|provided\.al2|go1\.x)$/

/** Names a script that starts the runtime. OS-only runtimes ignore it. */
export const WRAPPER_VARIABLE = 'AWS_LAMBDA_EXEC_WRAPPER'
