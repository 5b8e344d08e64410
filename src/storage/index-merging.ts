import { type BackgroundOptions, type BackgroundWork, createBackgroundWork } from './background-work'
import type { IndexMerge } from './dialect'
import type { SqlReader } from './driver'
import { readIndexState } from './index-state'
import type { UpkeepTools } from './index-upkeep'

/** A sync that goes on is left in peace as long; then a merge takes a fifth of the time at most. */
const restMs = 1000
const pauseMs = 40

/** Merges what writes have left of the index in pieces, in the background; a rebuild's index when that is finished. */
export function createIndexMerging(
  { driver, dialect, documents }: UpkeepTools,
  options: Pick<BackgroundOptions, 'isBusy' | 'onError' | 'sleep'>,
): BackgroundWork {
  let state: string | null = null
  const plan = async (reader: SqlReader, isFirst: boolean): Promise<IndexMerge | null> => {
    const { active, building } = await readIndexState(reader, dialect)
    return building === null ? dialect.index.merge(reader, active, !isFirst) : null
  }
  return createBackgroundWork(
    async (isFirst) => {
      // Looked at before the write too, because most often there is nothing to do.
      if ((await plan(driver, isFirst)) === null) return false
      let isMore = false
      await documents.write(async (reader) => {
        const merge = await plan(reader, isFirst)
        isMore = merge !== null && merge.state !== state
        state = merge?.state ?? null
        return { statements: isMore && merge ? [merge.statement] : [], changedRefs: [] }
      })
      return isMore
    },
    { ...options, restMs, pauseMs },
  )
}
