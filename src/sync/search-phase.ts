import type { FetchedConversation } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import type { SearchPage } from '../intercom/api'
import type { StoredVersion } from '../storage/port'
import { splitIntoChanges } from './change-size'
import type { PlannedWindow } from './planner'
import type { RunContext } from './run-context'
import { runWorkers } from './workers'

/** The most that Intercom returns in one request. */
const pageSize = 150
/** A window of more conversations is read in slices of about so many, some at once: a search may take seconds. */
const conversationsPerSlice = 1_500
const searchesAtOnce = 6
/**
 * Intercom counts anew on every page and may count a little differently from what it returns. So what is short of
 * the count is read again, and only then taken for a matter of counting. A larger difference means that paging went
 * wrong, and then the window must not be taken for read.
 */
const mostReadings = 3
const toleratedMisses = 10
const toleratedShare = 0.02
/** The last second that every server can count to: a search up to there has no end in time. */
const endOfTime = 2_147_483_647
/** A catch-up that never fits on a page is a workspace busier than its API; the next run goes on. */
const maxCatchUps = 3

type SearchedWindow = Pick<PlannedWindow, 'timeframe' | 'field' | 'purpose' | 'anew'>

export interface SearchOptions {
  /**
   * Conversations whose thread has to be fetched although the hit's updated_at equals what is stored. Hits that are
   * found to be such are added to `refetch`.
   */
  isDoubtful: (id: string, version: StoredVersion | undefined) => boolean
  refetch: Set<string>
  /** Told how many conversations of a slice Intercom counts and did not list, however often it was asked. */
  onUnlisted?: (conversations: number) => void
}

/**
 * Reads a window to its end and stores each page at once, so that opening messages can be searched early. Hits
 * whose version is stored already are skipped. Resolves to the number of pages. What order the results come in does
 * not matter: nothing is left unread because of it.
 *
 * A window by updated_at that ends now is read without an end: what is updated between the moment when it was
 * planned and the answer would otherwise have left it, and be missing although it is old and ought to be known. So
 * would everything that was updated lately, when a local clock that lies behind made the plan.
 */
export async function searchWindow(
  context: RunContext,
  window: SearchedWindow,
  options: SearchOptions,
): Promise<number> {
  const { progress, signal } = context
  const doneBefore = progress.snapshot().done
  const seen = new Set<string>()
  let pages = 0
  const onPage = async (page: SearchPage, reading: number): Promise<void> => {
    if (reading === 1) pages += 1
    const conversations = page.conversations.filter(({ conversation }) => !seen.has(conversation.id))
    for (const { conversation } of conversations) seen.add(conversation.id)
    await storePage(context, conversations, window, options)
  }

  let total = 0
  const isSmall = (page: SearchPage): boolean => {
    total = page.total
    progress.expect(doneBefore + total)
    return total <= conversationsPerSlice
  }
  const readUntilNow = (slice: Timeframe): SearchedWindow => {
    const isOpen = window.purpose !== 'backfill' && slice.end === window.timeframe.end
    return { ...window, timeframe: isOpen ? { ...slice, end: endOfTime } : slice }
  }
  const whole = await readSlice({ ...context, signal }, readUntilNow(window.timeframe), onPage, {
    ...options,
    goOn: isSmall,
  })
  if (whole) return pages

  const readSlices = async (frame: Timeframe, held: number, signal: AbortSignal): Promise<void> => {
    const slices = sliceNewestFirst(frame, Math.ceil(held / conversationsPerSlice))
    await runWorkers(Math.min(searchesAtOnce, slices.length), signal, async (signal) => {
      for (let slice = slices.shift(); slice; slice = slices.shift()) {
        const judge = judgeDensity(slice)
        const whole = await readSlice({ ...context, signal }, readUntilNow(slice), onPage, {
          ...options,
          goOn: judge.goOn,
        })
        if (!whole) await readSlices(slice, judge.held(), signal)
      }
    })
  }
  await readSlices(window.timeframe, total, signal)
  return pages
}

/** Slices are of equal length, so a busy day may hold most of a month: one that does is cut again. */
function judgeDensity({ start, end }: Timeframe) {
  let held: number | null = null
  return {
    /** Decides by the first page alone: the count drifts, and what has been read is not to be read again. */
    goOn(page: SearchPage): boolean {
      if (held !== null) return true
      held = page.total
      return held <= 2 * conversationsPerSlice || end - start <= 1
    },
    held: () => held ?? 0,
  }
}

/** Reads pages as long as `goOn` allows; resolves to whether it has read all of them. */
async function readSlice(
  { api, signal }: RunContext,
  { timeframe, field, purpose }: SearchedWindow,
  onPage: (page: SearchPage, reading: number) => Promise<void>,
  {
    onUnlisted,
    goOn = () => true,
  }: Pick<SearchOptions, 'onUnlisted'> & { goOn?: (page: SearchPage) => boolean },
): Promise<boolean> {
  // Newest first where it is history, so that the most useful part is there first.
  const order = purpose === 'incremental' ? 'ascending' : 'descending'
  const seen = new Set<string>()
  for (let reading = 1; ; reading += 1) {
    let leftOut = 0
    let total = 0
    let brokenOff = false
    for await (const page of api.searchConversations({ timeframe, field, order, pageSize }, { signal })) {
      total = page.total
      leftOut += page.leftOut
      brokenOff = page.goesOn
      for (const { conversation } of page.conversations) seen.add(conversation.id)
      const more = goOn(page)
      await onPage(page, reading)
      signal.throwIfAborted()
      if (!more) return false
    }
    const missing = total - seen.size - leftOut
    if (missing <= 0) return true
    if (reading < mostReadings) continue
    if (!brokenOff && missing <= Math.max(toleratedMisses, total * toleratedShare)) {
      onUnlisted?.(missing)
      return true
    }
    throw new IntercomApiError('server', "Intercom's search ended before its last page.", {
      hint: 'What arrived is stored; the next run reads the rest.',
    })
  }
}

async function storePage(
  { store, progress }: RunContext,
  hits: FetchedConversation[],
  { anew }: Pick<SearchedWindow, 'anew'>,
  { isDoubtful, refetch }: SearchOptions,
): Promise<void> {
  const versions = await store.getVersions(hits.map((hit) => hit.conversation.id))
  const changed: FetchedConversation[] = []
  for (const hit of hits) {
    const { id, updatedAt } = hit.conversation
    const version = versions.get(id)
    if (version === undefined || version.updatedAt < updatedAt) changed.push(hit)
    if (anew || isDoubtful(id, version)) refetch.add(id)
  }
  for (const conversations of splitIntoChanges(changed)) {
    await store.apply({ conversations })
    progress.stored('hits', conversations)
  }
  progress.advance(hits.length)
}

/** Cuts a timeframe into at most so many parts of equal length, newest first. */
function sliceNewestFirst({ start, end }: Timeframe, parts: number): Timeframe[] {
  const length = Math.max(1, Math.ceil((end - start) / parts))
  const slices: Timeframe[] = []
  for (let to = end; to > start; to -= length) slices.push({ start: Math.max(start, to - length), end: to })
  return slices
}

/**
 * Reads what was updated while a window of several pages was being read, and resolves to the new upper bound. Like
 * every incremental window it reaches back a little further, for what the index shows late.
 *
 * A conversation that is updated between two pages changes its place in the window and may be seen on none of them.
 * Its updated_at is then at or above the bound that the window had when it was planned, which is where this begins;
 * it goes on until a catch-up fits on one page, because one request cannot be overtaken by an update.
 */
export async function catchUp(
  context: RunContext,
  from: number,
  overlapSeconds: number,
  options: SearchOptions,
): Promise<number> {
  let bound = from
  for (let round = 0; round < maxCatchUps; round += 1) {
    const now = Math.floor(context.api.now())
    const timeframe = { start: bound - overlapSeconds, end: Math.max(bound, now) }
    const window = { timeframe, field: 'updated_at', purpose: 'incremental', anew: false } as const
    // It mostly reads again what has just been counted.
    const pages = await searchWindow(context, window, { ...options, onUnlisted: () => {} })
    bound = Math.max(bound, now)
    if (pages <= 1) break
  }
  return bound
}
