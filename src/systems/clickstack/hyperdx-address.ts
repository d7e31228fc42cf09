/** Addresses of HyperDX: of the user interface, of its API, and of the API behind the interface. */

import { withoutTrailing } from '../../model/text-end'

/** The path without that of the API at its end (`/api`, `/api/v2`, `/api/api/v2`) and without slashes there. */
export function withoutApiPath(path: string): string {
  return withoutEnd(withoutEnd(withoutEnd(withoutTrailing(path, '/'), '/v2'), '/api'), '/api')
}

function withoutEnd(path: string, end: string): string {
  return path.endsWith(end) ? path.slice(0, -end.length) : path
}
