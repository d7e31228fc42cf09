/**
 * Times by the clocks that take part in a run. They differ, by minutes at times, so that a time of one says nothing about
 * a time of another: these types keep them apart. All are milliseconds since the epoch.
 */

type By<Whose extends string> = number & { readonly by?: Whose }

/** By this machine's clock. */
export type RunnerTime = By<'runner'>

/** By Lambda's clock, which stamps what functions send, and when they were changed. */
export type LambdaTime = By<'Lambda'>
