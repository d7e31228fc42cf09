/** A problem with the inputs, found before any change. All of them are reported together. */

export interface Problem {
  /** The input that it is about, as named in action.yml. */
  readonly input: string
  /** What is wrong, what was given (never a secret), and what is allowed. One or two plain sentences. */
  readonly message: string
}
