/** The order of names: by code units, alike in every locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
