/** Groups of what is alike, so that it is told once. */

import { groupedBy } from '../model/grouped-by'

/**
 * Items whose texts differ in figures and in their own names only.
 * @param kindOf what else keeps them apart
 */
export function alike<T extends { readonly name: string }>(
  items: readonly T[],
  textOf: (item: T) => string,
  kindOf: (item: T) => string = () => '',
): readonly (readonly T[])[] {
  // The same text stays together even where it holds the name of one of them by chance.
  const shapes = new Map<string, string>()
  const groups = groupedBy(items, (item) => {
    const text = textOf(item)
    const shape = shapes.get(text) ?? shapeOf(text, item.name)
    shapes.set(text, shape)
    return JSON.stringify([kindOf(item), shape])
  })
  return [...groups.values()]
}

function shapeOf(text: string, name: string): string {
  const words = text.split(/([\w-]+)/).map((word) => (word === name ? '{function}' : word))
  return words.join('').replace(/\d+(\.\d+)?/g, '#')
}
