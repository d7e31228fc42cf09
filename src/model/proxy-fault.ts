/** What it is called when a proxy on the way to a server cannot be reached, or refuses. */

/** The code of the error, beside Node's own; its message names the proxy and what happened, without credentials. */
export const PROXY_FAULT = 'EPROXY'
