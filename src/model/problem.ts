/** A problem with the inputs, or with what the job gives them, found before any change. All of them are reported together. */

export interface Problem {
  /** The input that it is about, as named in action.yml; `undefined`: it is not the inputs’. */
  readonly input: string | undefined
  /** What is wrong, what was given (never a secret), and what is allowed. One or two plain sentences. */
  readonly message: string
}
