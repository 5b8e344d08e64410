/** The first of `items` that together are no larger than `most`, and one in any case. */
export function takeWhileSmall<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  most: number,
): Item[] {
  let size = 0
  const end = items.findIndex((item, index) => {
    size += sizeOf(item)
    return index > 0 && size > most
  })
  return end === -1 ? [...items] : items.slice(0, end)
}
