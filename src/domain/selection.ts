/**
 * The number that would stand at `place` if `numbers` were sorted. Reorders them: what lies before the place is then
 * no larger, what lies behind it no smaller. From `from` on they must already be no smaller than those before. Some
 * ten times as fast as sorting 40,000.
 */
export function selectAt(numbers: Float64Array, place: number, from = 0): number {
  let [first, last] = [from, numbers.length - 1]
  while (last > first) {
    const pivot = middleOf(numbers[first] ?? 0, numbers[(first + last) >> 1] ?? 0, numbers[last] ?? 0)
    let [low, high] = [first, last]
    while (low <= high) {
      while ((numbers[low] as number) < pivot) low += 1
      while ((numbers[high] as number) > pivot) high -= 1
      if (low > high) break
      const swapped = numbers[low] as number
      numbers[low++] = numbers[high] as number
      numbers[high--] = swapped
    }
    if (place <= high) last = high
    else if (place >= low) first = low
    else break
  }
  return numbers[place] ?? 0
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
