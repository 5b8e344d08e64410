import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ConversationState } from '../domain/conversation'
import { type Stratum, strata } from '../domain/verification'
import type { Store } from '../storage/port'

export interface Sample {
  ids: string[]
  /** How many were drawn as members of each group. */
  strata: Record<Stratum, number>
}

/** The long ones are the longest of so many times the sample, drawn at random: the whole store is not read for it. */
const poolFactor = 20
const largestPool = 2_000
const rowsAtOnce = 250
/** More than any store holds. */
const everyId = 100_000_000

/**
 * Draws conversations so that new and old, open and closed, and long ones are among them. Each has a rank that only
 * the seed and its id decide: the same seed draws the same ones again, and what was stored since changes little.
 */
export async function drawSample(
  store: Store,
  { sample, seed }: { sample: number; seed: string },
): Promise<Sample> {
  const all = await listIds(store)
  const tenth = Math.ceil(all.length / 10)
  const ranked = rankBySeed(all, seed)
  const groups: Record<Stratum, readonly string[]> = {
    newest: rankBySeed(all.slice(0, tenth), seed),
    oldest: rankBySeed(all.slice(-tenth), seed),
    open: rankBySeed(await listIds(store, ['open', 'snoozed']), seed),
    closed: rankBySeed(await listIds(store, ['closed']), seed),
    long: await sortByLength(store, ranked.slice(0, Math.min(sample * poolFactor, largestPool))),
    any: ranked,
  }
  return deal(groups, sample)
}

/** In turns, one from each group that has any left, until there are enough. */
function deal(groups: Record<Stratum, readonly string[]>, wanted: number): Sample {
  const drawn = new Set<string>()
  const counts: Record<Stratum, number> = { newest: 0, oldest: 0, open: 0, closed: 0, long: 0, any: 0 }
  const hands = strata.map((stratum) => ({ stratum, rest: groups[stratum].values() }))
  let left = hands
  while (drawn.size < wanted && left.length > 0) {
    left = left.filter(({ stratum, rest }) => {
      if (drawn.size >= wanted) return false
      for (const id of rest) {
        if (drawn.has(id)) continue
        drawn.add(id)
        counts[stratum] += 1
        return true
      }
      return false
    })
  }
  return { ids: [...drawn], strata: counts }
}

/** Newest first. */
async function listIds(store: Store, state: ConversationState[] = []): Promise<string[]> {
  const { ids } = await store.searchConversations({
    ...{ query: null, timeframe: null, timeField: 'created_at', filters: { state }, sort: 'newest' },
    maxIds: everyId,
  })
  return ids
}

async function sortByLength(store: Store, ids: readonly string[]): Promise<string[]> {
  const lengths: { id: string; messageCount: number }[] = []
  for (let from = 0; from < ids.length; from += rowsAtOnce) {
    lengths.push(...(await store.getConversations(ids.slice(from, from + rowsAtOnce))))
    await nextTurn()
  }
  return lengths.toSorted((a, b) => b.messageCount - a.messageCount).map(({ id }) => id)
}

function rankBySeed(ids: readonly string[], seed: string): string[] {
  return ids
    .map((id) => ({ id, rank: hash(`${seed}:${id}`) }))
    .toSorted((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
}

/** FNV-1a, stirred at the end because ids differ in their last digits only. Spreads; keeps no secret. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
