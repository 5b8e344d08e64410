import { readClosings } from '../../domain/thread-figures'
import type { Figures } from '../../storage/port'

/** When a conversation was closed, by Intercom's statistics, else by its thread. */
export interface ClosingTimes {
  firstCloseAt: number | null
  lastCloseAt: number | null
  isEverClosed: boolean
  isReopened: boolean
}

export const closingFigures = ['state', 'firstCloseAt', 'lastCloseAt', 'reopens', 'closings'] as const

/** The closing times of the conversation at `index`. */
export function closingTimesOf(figures: Partial<Figures>, index: number): ClosingTimes {
  const [first, last, reopens] = [
    figures.firstCloseAt?.[index] ?? null,
    figures.lastCloseAt?.[index] ?? null,
    figures.reopens?.[index] ?? null,
  ]
  const isKnown = first !== null && last !== null && reopens !== null
  const closings = isKnown ? [] : readClosings(figures.closings?.[index] ?? null)
  // Every second one is a close, beginning with the first.
  const lastClose = closings[(closings.length - 1) & ~1]
  const firstCloseAt = first ?? closings[0] ?? null
  return {
    firstCloseAt,
    lastCloseAt: last ?? lastClose ?? null,
    isEverClosed: firstCloseAt !== null || figures.state?.[index] === 'closed',
    isReopened: (reopens ?? closings.length >> 1) > 0,
  }
}

interface Stretch {
  from: number
  to: number
}

/** When a conversation was not closed, and when that is not known. */
interface OpenStretches {
  open: Stretch[]
  unknown: Stretch[]
}

const forever = Number.POSITIVE_INFINITY

/**
 * How many conversations were not closed (open or snoozed) at each of `times`, which rise; null where the threads that
 * would tell are not stored. By the closings of the thread; without one by the statistics, as far as they tell.
 */
export function countUnclosedAt(figures: Partial<Figures>, times: readonly number[]): (number | null)[] {
  const open = new Array<number>(times.length + 1).fill(0)
  const unknown = new Array<number>(times.length + 1).fill(0)
  const placeOf = (time: number): number => lowerBound(times, time)
  const mark = (counts: number[], { from, to }: Stretch): void => {
    const [first, behind] = [placeOf(from), placeOf(to)]
    counts[first] = (counts[first] ?? 0) + 1
    counts[behind] = (counts[behind] ?? 0) - 1
  }
  for (let index = 0; index < (figures.createdAt?.length ?? 0); index++) {
    const stretches = openStretchesOf(figures, index)
    for (const stretch of stretches.open) mark(open, stretch)
    for (const stretch of stretches.unknown) mark(unknown, stretch)
  }
  let [openNow, unknownNow] = [0, 0]
  return times.map((_, place) => {
    openNow += open[place] ?? 0
    unknownNow += unknown[place] ?? 0
    return unknownNow > 0 ? null : openNow
  })
}

function openStretchesOf(figures: Partial<Figures>, index: number): OpenStretches {
  const isClosed = figures.state?.[index] === 'closed'
  const createdAt = figures.createdAt?.[index] ?? 0
  const closings = readClosings(figures.closings?.[index] ?? null)
  // A thread that ends in another state than the conversation has is not the whole story.
  const isWhole = figures.hasThread?.[index] === 1 && (closings.length % 2 === 1) === isClosed
  if (!isWhole) return stretchesByStatistics(figures, index, { createdAt, isClosed })
  const bounds = [createdAt, ...closings]
  const open = bounds.flatMap((from, place) =>
    place % 2 === 0 ? [{ from, to: bounds[place + 1] ?? forever }] : [],
  )
  return { open, unknown: [] }
}

function stretchesByStatistics(
  figures: Partial<Figures>,
  index: number,
  { createdAt, isClosed }: { createdAt: number; isClosed: boolean },
): OpenStretches {
  const first = figures.firstCloseAt?.[index] ?? null
  const everything = { from: createdAt, to: forever }
  if (first === null)
    return isClosed ? { open: [], unknown: [everything] } : { open: [everything], unknown: [] }
  const last = figures.lastCloseAt?.[index] ?? first
  const unknown = [
    ...(last > first ? [{ from: first, to: last }] : []),
    ...(isClosed ? [] : [{ from: last, to: forever }]),
  ]
  return { open: [{ from: createdAt, to: first }], unknown }
}

/** Place of the first of `times` that is not before `time`. */
function lowerBound(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
