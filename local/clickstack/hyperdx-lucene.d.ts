/** The parser that HyperDX uses comes without types; these are the nodes of its tree. */

declare module '@hyperdx/lucene' {
  export type Operator = '<implicit>' | 'AND' | 'OR' | 'NOT' | 'AND NOT' | 'OR NOT' | '&&' | '||'

  export interface Term {
    readonly field: string
    readonly term: string
    readonly quoted: boolean
    readonly prefix: string | null
  }
  export interface Range {
    readonly field: string
    readonly term_min: string
    readonly term_max: string
  }
  export interface Branch {
    readonly field?: string
    readonly start?: 'NOT'
    readonly parenthesized?: boolean
    readonly left: Node
    readonly operator?: Operator
    readonly right?: Node
  }
  export type Node = Term | Range | Branch

  /** Without any text: an empty object. Throws a SyntaxError. */
  export function parse(query: string): Branch | Readonly<Record<string, never>>
}
