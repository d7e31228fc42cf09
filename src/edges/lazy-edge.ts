/**
 * The one way to load an edge late: its module, with the SDK that it imports, is a chunk of its own in dist/, and a run
 * that never asks it does not load it.
 */

/** A port all of whose members are asked and answer later. */
type AsyncPort<Port> = {
  readonly [Name in keyof Port]: (...given: never[]) => Promise<unknown>
}

/** @param load imports the edge and makes it; called once, when a method of it is called for the first time */
export function lazyEdge<Port extends AsyncPort<Port>>(load: () => Promise<Port>): Port {
  let loading: Promise<Port> | undefined
  const methods = new Map<string | symbol, unknown>()
  const method = (name: string | symbol): unknown => {
    // Whoever awaits a value looks for this on it, and would call it.
    if (name === 'then') return undefined
    if (!methods.has(name)) {
      methods.set(name, async (...given: readonly unknown[]): Promise<unknown> => {
        const edge = await (loading ??= load())
        const called: unknown = Reflect.get(edge, name)
        if (typeof called !== 'function') throw new TypeError(`no method ${String(name)}`)
        return Reflect.apply(called, edge, given) as unknown
      })
    }
    return methods.get(name)
  }
  // What it is asked for is the edge's own, so that its type is, too.
  return new Proxy({} as Port, { get: (_target, name) => method(name) })
}
