/**
 * IAM is eventually consistent (IAM User Guide, "Changes that I make are not always immediately visible"): reads lag behind
 * writes, those of the simulator included. Lags of 1.5 s were seen; this is twice that, and some more.
 */
export const READ_LAG_MS = 4_000
