import type { Backlog, Dimension } from '../../domain/analysis-answers'
import type { ConversationState } from '../../domain/conversation'
import type { FigureConditions, Figures } from '../../storage/port'
import { conversationUrl } from '../conversation-url'
import type { Group } from '../groupings'
import { isoTime } from '../iso-time'
import { closingFigures, countUnclosedAt } from './closing-times'
import { type AnalysisContext, dimensionFigures } from './context'
import { groupBy } from './group-measures'

const mostWaiting = 10

/** Of one group the longest wait says enough; the totals have more of them. */
const mostWaitingOfGroup = 1

const pending: ConversationState[] = ['open', 'snoozed']

export interface BacklogReader {
  total(): Backlog
  of(dimension: Dimension, key: string | null): Backlog
  /** Groups of a dimension that have a backlog. */
  keysOf(dimension: Dimension): Pick<Group, 'key' | 'label'>[]
  /** How many were not closed when each of these local days began, or are not as of now for days to come. */
  unclosedAtStartOf(days: readonly number[]): Promise<Map<number, number | null>>
  notes(): string[]
}

const historyFigures = ['createdAt', 'hasThread', ...closingFigures] as const

/**
 * Reads what is open and snoozed as of now, whenever it was created, among the filtered conversations. `all` are the
 * figures of these, where somebody has them already.
 */
export async function createBacklogReader(
  context: AnalysisContext,
  all: Partial<Figures> | null = null,
): Promise<BacklogReader> {
  const { store, conditions, dimensions } = context
  const everything: FigureConditions = { ...conditions, timeframe: null }
  const asked = conditions.filters.state
  const states = asked?.length ? pending.filter((state) => asked.includes(state)) : pending
  const figures = await readPending(context, everything, states)
  const groups = new Map<Dimension, Group[]>(
    dimensions
      .filter((dimension) => dimension !== 'time_period')
      .map((dimension) => [dimension, groupBy(context, dimension, figures)]),
  )
  let unknownDays = 0
  return {
    total: () => describeBacklog(context, figures, [...(figures.id ?? []).keys()], mostWaiting),
    of: (dimension, key) => {
      const group = groups.get(dimension)?.find((each) => each.key === key)
      return describeBacklog(context, figures, group?.members ?? [], mostWaitingOfGroup)
    },
    keysOf: (dimension) => (groups.get(dimension) ?? []).filter(({ members }) => members.length > 0),
    async unclosedAtStartOf(days) {
      if (days.length === 0) return new Map()
      const history = all ?? (await store.listFigures(everything, historyFigures))
      const times = days.map((day) => Math.min(context.calendar.startOf(day), context.now))
      const counts = countUnclosedAt(history, times)
      unknownDays = counts.filter((count) => count === null).length
      return new Map(days.map((day, place) => [day, counts[place] ?? null]))
    },
    notes: () =>
      unknownDays === 0
        ? []
        : [
            `The backlog of ${unknownDays} past periods is not known: threads that would tell are not stored.`,
          ],
  }
}

async function readPending(
  context: AnalysisContext,
  conditions: FigureConditions,
  state: ConversationState[],
): Promise<Partial<Figures>> {
  if (state.length === 0) return {}
  const filters = { ...conditions.filters, state }
  return context.store.listFigures({ ...conditions, filters }, [
    ...(['id', 'state', 'waitingSince'] as const),
    ...dimensionFigures(context),
  ])
}

function describeBacklog(
  { workspace, now }: AnalysisContext,
  { id = [], state = [], waitingSince = [] }: Partial<Figures>,
  members: readonly number[],
  most: number,
): Backlog {
  const count = (wanted: ConversationState): number =>
    members.filter((index) => state[index] === wanted).length
  const waiting = members
    .flatMap((index) => {
      const since = waitingSince[index] ?? null
      return since === null || state[index] !== 'open' ? [] : [{ id: id[index] ?? '', since }]
    })
    .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
    .slice(0, most)
  return {
    open: count('open'),
    snoozed: count('snoozed'),
    longest_waiting: waiting.map(({ id: waitingId, since }) => ({
      id: waitingId,
      url: conversationUrl(workspace, waitingId),
      waiting_since: isoTime(since),
      waiting_seconds: Math.max(0, Math.round(now - since)),
    })),
  }
}
