import type { TermStatistics } from './bm25'

/** Bounds what is remembered of phrases at about a megabyte. */
const mostCounts = 10_000

/**
 * What an index has said of itself and of phrases, until the next document: counting in how many documents a phrase is
 * takes longer than the rest of a search's scoring.
 */
export class RememberedStatistics {
  #index: Omit<TermStatistics, 'matching'> | null = null
  readonly #counts = new Map<string, number>()
  #revision = 0

  /** Null when something of it is not known. */
  of(phrases: readonly string[]): TermStatistics | null {
    const matching: number[] = []
    for (const phrase of phrases) {
      const count = this.#counts.get(phrase)
      if (count === undefined) return null
      matching.push(count)
    }
    return this.#index && { ...this.#index, matching }
  }

  /** What a question that begins now finds out; told too late, after a new document, it is not kept. */
  expect(phrases: readonly string[]): (statistics: TermStatistics) => void {
    const revision = this.#revision
    return ({ matching, ...index }) => {
      if (revision !== this.#revision) return
      this.#index = index
      if (matching.length !== phrases.length) return
      if (this.#counts.size > mostCounts) this.#counts.clear()
      for (const [place, phrase] of phrases.entries()) this.#counts.set(phrase, matching[place] ?? 0)
    }
  }

  /** A new document changes all of it. */
  forget(): void {
    this.#index = null
    this.#counts.clear()
    this.#revision += 1
  }
}
