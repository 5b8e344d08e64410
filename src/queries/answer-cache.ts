import { LRUCache } from 'lru-cache'
import type { Store } from '../storage/port'

/** Answers that were worked out once, for whoever asks the same as long as nothing of what they rest on changes. */
export interface AnswerCache {
  /**
   * The answer to a question: one that is kept, one that is being worked out at this moment, or a new one. What is
   * kept was worked out of the very data that is stored now. Every caller gets objects of its own.
   */
  answer<Found, Asked extends AskedQuestion>(question: CachedQuestion<Found, Asked>): Promise<Found>
  /** How many questions found their answer kept or under way, and how many did not. */
  summary(): { hits: number; misses: number }
}

interface AskedQuestion {
  /** All that the answer depends on besides the data: arguments and clock; null when it is not to be kept. */
  key: string | null
}

interface CachedQuestion<Found, Asked extends AskedQuestion> {
  /** Reads what is asked at this moment. */
  read(): Promise<Asked>
  /** Works the answer out: plain JSON. */
  compute(): Promise<Found>
  /** An answer that was not worked out for this call, with all that the clock alone changes as of now. */
  renew(found: Found, asked: Asked): Found
  /** False for an answer that leads nowhere any more; it is then worked out anew. */
  isUsable?(found: Found): boolean
}

export interface AnswerCacheOptions {
  /** 0 keeps nothing and shares nothing. */
  ttlSeconds: number
  /** Milliseconds on any clock that only goes forward. */
  nowMs?: () => number
  maxBytes?: number
  maxAnswers?: number
}

/** Answers are at most some 80 KB: this is room for what a few assistants ask of one state of the data. */
const defaultMaxBytes = 4 * 1024 * 1024
const defaultMaxAnswers = 500

/** Of an entry beside its text: list links, key, times. */
const entryBytes = 300

/** JavaScript keeps a character beyond Latin-1 in two bytes, and then all of its text so. */
function bytesOf(text: string): number {
  return text.length * (/[^\0-\xff]/.test(text) ? 2 : 1)
}

/**
 * A cache in front of a store. Answers are kept as text, so that their size is known and nobody can change them. A
 * change of the store ends all of them at once.
 */
export function createAnswerCache(
  store: Pick<Store, 'generation'>,
  options: AnswerCacheOptions,
): AnswerCache {
  const { ttlSeconds, nowMs = () => performance.now() } = options
  const kept = new LRUCache<string, string>({
    max: options.maxAnswers ?? defaultMaxAnswers,
    maxSize: options.maxBytes ?? defaultMaxBytes,
    sizeCalculation: (json, key) => bytesOf(json) + bytesOf(key) + entryBytes,
    ttl: Math.max(1, ttlSeconds * 1000),
    ttlResolution: 0,
    perf: { now: nowMs },
  })
  const underWay = new Map<string, Promise<string>>()
  let keptOf = store.generation
  let [hits, misses] = [0, 0]

  /** The whole key of a question; null when it has none, or when the data changed while it was read. */
  function keyAt(generation: number, key: string | null): string | null {
    if (key === null || store.generation !== generation) return null
    if (keptOf !== generation) kept.clear()
    keptOf = generation
    return `${generation} ${key}`
  }

  async function compute<Found>(key: string, work: () => Promise<Found>): Promise<Found> {
    const { generation } = store
    const computing = work().then((found) => ({ found, json: JSON.stringify(found) }))
    const shared = computing.then(({ json }) => json)
    // Who works it out hears of a failure; that others might have shared it is no second one.
    shared.catch(() => {})
    underWay.set(key, shared)
    try {
      const { found, json } = await computing
      // A change meanwhile may have left one half of the answer older than the other.
      if (store.generation === generation) kept.set(key, json)
      return found
    } finally {
      underWay.delete(key)
    }
  }

  return {
    async answer(question) {
      if (ttlSeconds === 0) return question.compute()
      const { generation } = store
      const asked = await question.read()
      const key = keyAt(generation, asked.key)
      // From here to the computation nothing is awaited, lest two callers both find nothing under way.
      const shared = key === null ? undefined : underWay.get(key)
      const known = shared ? await shared : key === null ? undefined : kept.get(key)
      const found = known === undefined ? undefined : JSON.parse(known)
      if (found !== undefined && (question.isUsable?.(found) ?? true)) {
        hits += 1
        return question.renew(found, asked)
      }
      misses += 1
      return key === null ? question.compute() : compute(key, () => question.compute())
    },
    summary: () => ({ hits, misses }),
  }
}
