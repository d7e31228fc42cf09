/** What of ncc's interface is used here; the package has no types. Source: its readme, "Programmatically From Node.js". */
declare module '@vercel/ncc' {
  interface Options {
    readonly cache?: boolean
    readonly quiet?: boolean
    readonly transpileOnly?: boolean
    /** Not in the readme: fields of package.json that name a package's entry; webpack's `resolve.mainFields`. */
    readonly mainFields?: readonly string[]
  }
  /** A module that was joined to others holds them. */
  interface Module {
    readonly resource?: string
    readonly modules?: Iterable<Module>
  }
  interface Built {
    readonly code: string
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>
    /** Not in the readme: webpack's own account of the build. */
    readonly stats: { readonly compilation: { readonly modules: Iterable<Module> } }
  }
  function ncc(entry: string, options: Options): Promise<Built>
  export = ncc
}
