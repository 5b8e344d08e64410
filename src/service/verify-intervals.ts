import type { SyncState } from '../domain/coverage'
import { intersectTimeframes, type Timeframe } from '../domain/timeframe'
import type { IntervalCount } from '../domain/verification'
import type { IntercomApi } from '../intercom/api'
import { isoTime } from '../queries/iso-time'
import type { Store } from '../storage/port'

/**
 * Intercom's index shows what happened late, and each incremental run looks back over the last minutes before as_of.
 * What happened in them is not yet promised to anybody.
 */
export const settleSeconds = 900

/** One covered timeframe is the rule; back-fills that were broken off leave a few. */
const mostIntervals = 20
/** A timeframe in which something is missing is halved until a page shows all of it. */
const mostPerPage = 150
const mostRequestsToFind = 40
const mostMissingShown = 50

interface Sources {
  store: Store
  api: Pick<IntercomApi, 'countConversations' | 'searchConversations'>
  state: SyncState
  signal: AbortSignal
  /** When conversations were created that are stored and were deleted lately. */
  deletedLately: readonly number[]
}

/**
 * Counts each covered timeframe in the store and at Intercom, and looks for the ids of what is missing here. The
 * largest come first where there are very many.
 */
export async function countIntervals(sources: Sources): Promise<IntervalCount[]> {
  const { covered, asOf } = sources.state
  if (asOf === null) return []
  const settled = covered
    .map((frame) => intersectTimeframes(frame, { start: 0, end: asOf - settleSeconds }))
    .filter((frame) => frame !== null)
    .toSorted((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, mostIntervals)
  const counts: IntervalCount[] = []
  for (const frame of settled) counts.push(await countInterval(sources, frame))
  return counts.toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

async function countInterval(sources: Sources, frame: Timeframe): Promise<IntervalCount> {
  const atIntercom = await countThere(sources, frame)
  const stored = await countHere(sources, frame)
  const missing = atIntercom > stored ? await findMissing(sources, frame) : { ids: [], isSure: true }
  const deleted = sources.deletedLately.filter((at) => at >= frame.start && at < frame.end).length
  return {
    from: isoTime(frame.start),
    to: isoTime(frame.end),
    stored,
    at_intercom: atIntercom,
    verdict: judge(stored - atIntercom, deleted, missing),
    missing_ids: missing.ids.slice(0, mostMissingShown),
  }
}

interface Missing {
  ids: string[]
  /** Whether every place was looked at in which something could be missing. */
  isSure: boolean
}

function judge(surplus: number, deletedLately: number, missing: Missing): IntervalCount['verdict'] {
  if (surplus < 0) {
    // A count may include the seconds at both ends of a timeframe, a list does not.
    return missing.ids.length > 0 || !missing.isSure ? 'missing' : 'equal'
  }
  if (surplus === 0) return 'equal'
  return surplus <= deletedLately ? 'deleted_lately' : 'surplus'
}

/** Halves the timeframe where Intercom counts more than is stored, until a page lists what is there. */
async function findMissing(sources: Sources, whole: Timeframe): Promise<Missing> {
  const ids: string[] = []
  const open: Timeframe[] = [whole]
  let requests = 0
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    if (requests >= mostRequestsToFind) return { ids, isSure: false }
    requests += 1
    const atIntercom = await countThere(sources, frame)
    if (atIntercom <= (await countHere(sources, frame))) continue
    const middle = Math.floor((frame.start + frame.end) / 2)
    if (atIntercom > mostPerPage && middle > frame.start) {
      open.push({ start: frame.start, end: middle }, { start: middle, end: frame.end })
      continue
    }
    requests += 1
    ids.push(...(await listMissing(sources, frame)))
  }
  return { ids, isSure: true }
}

async function listMissing({ api, store, signal }: Sources, timeframe: Timeframe): Promise<string[]> {
  const window = { timeframe, field: 'created_at', order: 'ascending', pageSize: mostPerPage } as const
  const missing: string[] = []
  for await (const { conversations } of api.searchConversations(window, { signal })) {
    const ids = conversations
      .filter(({ conversation: { createdAt } }) => createdAt >= timeframe.start && createdAt < timeframe.end)
      .map(({ conversation }) => conversation.id)
    const versions = await store.getVersions(ids)
    missing.push(...ids.filter((id) => !versions.has(id)))
  }
  return missing
}

function countThere({ api, signal }: Sources, timeframe: Timeframe): Promise<number> {
  return api.countConversations({ timeframe, field: 'created_at' }, { signal })
}

async function countHere({ store }: Sources, timeframe: Timeframe): Promise<number> {
  const everything = { query: null, timeField: 'created_at', filters: {}, sort: 'newest' } as const
  return (await store.searchConversations({ ...everything, timeframe, maxIds: 1 })).total
}
