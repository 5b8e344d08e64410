import type { TimeField } from '../domain/coverage'
import type { Store } from '../storage/port'

/** Later than any clock will show. */
const endOfTime = Number.MAX_SAFE_INTEGER

/** Where moments lie among the times of what is stored. */
export interface StoredTimes {
  /** How many conversations were created before a moment: moments of equal numbers have none between them. */
  createdBefore(moment: number): Promise<number>
  /** Whether nothing stored was created or updated at a moment or later: then no later end finds more. */
  isBehindAll(moment: number): Promise<boolean>
}

/** Reads the times of a store; what was learnt counts until the store changes. */
export function createStoredTimes(store: Pick<Store, 'searchConversations' | 'generation'>): StoredTimes {
  let known = { generation: store.generation, behindAllFrom: Number.POSITIVE_INFINITY }

  const count = async (timeField: TimeField, start: number, end: number): Promise<number> => {
    const timeframe = { start, end }
    const search = { query: null, timeframe, timeField, filters: {}, sort: 'newest', maxIds: 1 } as const
    return (await store.searchConversations(search)).total
  }

  return {
    createdBefore: (moment) => count('created_at', 0, moment),
    async isBehindAll(moment) {
      const { generation } = store
      if (known.generation !== generation) known = { generation, behindAllFrom: Number.POSITIVE_INFINITY }
      if (moment >= known.behindAllFrom) return true
      const [updated, created] = [
        await count('updated_at', moment, endOfTime),
        await count('created_at', moment, endOfTime),
      ]
      const isBehind = updated === 0 && created === 0
      if (isBehind && store.generation === generation) known = { generation, behindAllFrom: moment }
      return isBehind
    },
  }
}
