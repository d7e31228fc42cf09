/** What of ncc's interface is used here; the package has no types. Source: its readme, "Programmatically From Node.js". */
declare module '@vercel/ncc' {
  interface Options {
    readonly cache?: boolean
    readonly quiet?: boolean
    readonly transpileOnly?: boolean
    readonly license?: string
    /** Not in the readme: fields of package.json that name a package's entry; webpack's `resolve.mainFields`. */
    readonly mainFields?: readonly string[]
  }
  interface Built {
    readonly code: string
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>
  }
  function ncc(entry: string, options: Options): Promise<Built>
  export = ncc
}
