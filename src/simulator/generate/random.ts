/** A stream of numbers that depends on its seed alone, so that a world is the same on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** Whole number in [0, count). */
  int(count: number): number
  /** Whole number in [low, high]. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
}

/** Mulberry32: 32 bits of state are plenty for choosing words, and a stream costs nothing to start. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
  const int = (count: number) => Math.floor(next() * count)
  return {
    next,
    int,
    between: (low, high) => low + int(high - low + 1),
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => items[int(items.length)] as T,
  }
}

/** FNV-1a over UTF-16 units: turns a seed in words into a number. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/** Combines numbers into a seed; near inputs give far results (the finaliser of MurmurHash3). */
export function mixSeeds(first: number, second: number, third = 0): number {
  let hash = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b)
  hash = Math.imul((hash ^ (hash >>> 13)) + second, 0xc2b2ae35)
  hash = Math.imul((hash ^ (hash >>> 16)) + third, 0x27d4eb2f)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** An index into `weights`, proportional to them; `point` is in [0, 1). */
export function pickWeighted(weights: readonly number[], point: number): number {
  let total = 0
  for (const weight of weights) total += weight
  let rest = point * total
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] as number
    if (rest < 0) return i
  }
  return weights.length - 1
}
