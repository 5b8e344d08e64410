import type { Backlog, BusyTime, PerformanceBody, PerformanceFigures } from '../../domain/analysis-answers'
import type { Figures } from '../../storage/port'
import { pick } from '../aggregate'
import { describeNumbers, shareOf } from '../distribution'
import { groupFigures } from '../groupings'
import { type BacklogReader, createBacklogReader } from './backlog'
import { closingFigures, closingTimesOf } from './closing-times'
import { changeDefinition, withComparison } from './comparison'
import { type Analysis, type AnalysisContext, dimensionFigures } from './context'
import { type MeasuredGroup, measureGroups, withinBudget } from './group-measures'

const ownFigures = [
  ...(['createdAt', 'isOutbound', 'hasThread', 'firstContactAt', 'firstResponseSeconds'] as const),
  ...([
    'officeResponseSeconds',
    'officeFirstCloseSeconds',
    'officeLastCloseSeconds',
    'adminReplies',
  ] as const),
  ...closingFigures,
] as const

const definitions: Record<string, string> = {
  volume: 'Conversations created in the timeframe.',
  first_response_seconds:
    'Wall clock from the first customer message to the first admin reply, over conversations that have both in this order. An admin reply has words and is by a teammate: no note, bot or AI agent. By Intercom’s statistics where they have both times, else by the stored messages.',
  office_hours_response_seconds:
    'Intercom’s time_to_admin_reply: the same, without the hours in which the office is closed.',
  time_to_close_seconds: 'Wall clock from the first customer message to the first, or last, close.',
  office_hours_close_seconds: 'Intercom’s time_to_first_close and time_to_last_close, without closed hours.',
  resolution_rate: 'Share of the volume that is closed now.',
  reopen_rate: 'Share of those ever closed (ever_closed) that were opened again.',
  replies_per_conversation:
    'Admin replies, an outbound opening included, over conversations whose thread is stored.',
  outbound_without_customer:
    'Conversations that the customer did not open and never wrote in: left out of response and closing times.',
  backlog:
    'Open and snoozed as of now, whenever created, among the filtered. Of a past time_period: not closed at its end (snoozed ones among open), null where the threads that would tell are not stored. Not compared.',
  longest_waiting: 'Open, the customer waits for a reply; longest wait first.',
  statistics: 'mean, exact median, p90 by nearest rank; count is the number of conversations behind them.',
}

/** Volumes, response and closing times, rates and backlog. */
export const analysePerformance: Analysis<'performance_metrics'> = async (context) => {
  const { store, conditions, previous, dimensions } = context
  const names = [...ownFigures, ...dimensionFigures(context)]
  const current = withClosings(await store.listFigures(conditions, names))
  const before = previous && withClosings(await store.listFigures(previous, names))
  // Without a timeframe they are all that there is.
  const backlog = await createBacklogReader(context, conditions.timeframe === null ? current : null)

  const measured = measureGroups(context, { current, previous: before }, measure, backlog.keysOf)
  const groups = await addBacklogs(measured, backlog)
  const fitting = withinBudget(groups, dimensions)
  const totals = measure(current, allOf(current))
  const then = before && measure(before, allOf(before))
  return {
    conversations: totals.volume,
    body: {
      totals: { ...withComparison(totals, then), backlog: backlog.total() },
      busiest: findBusiest(context, current),
      groups: fitting.groups,
    },
    definitions: previous ? { ...definitions, change: changeDefinition } : definitions,
    notes: [...notesOn(totals, then), ...backlog.notes(), ...fitting.notes],
  }
}

const allOf = ({ createdAt = [] }: Partial<Figures>): number[] => [...createdAt.keys()]

/** Columns that are worked out once, because each conversation is in a group of every dimension. */
interface ClosingColumns {
  secondsToFirstClose: (number | null)[]
  secondsToLastClose: (number | null)[]
  isEverClosed: boolean[]
  isReopened: boolean[]
}

type PerformanceColumns = Partial<Figures> & ClosingColumns

function withClosings(figures: Partial<Figures>): PerformanceColumns {
  const contacts = figures.firstContactAt ?? []
  const closings = contacts.map((_, index) => closingTimesOf(figures, index))
  const secondsTo = (which: 'firstCloseAt' | 'lastCloseAt') =>
    closings.map(({ [which]: at }, index) => {
      const from = contacts[index] ?? null
      // Closed before the customer wrote at all: nobody waited for it.
      return from === null || at === null || at < from ? null : at - from
    })
  return {
    ...figures,
    secondsToFirstClose: secondsTo('firstCloseAt'),
    secondsToLastClose: secondsTo('lastCloseAt'),
    isEverClosed: closings.map(({ isEverClosed }) => isEverClosed),
    isReopened: closings.map(({ isReopened }) => isReopened),
  }
}

/** The figures of some conversations, by their places in the columns. */
function measure(figures: PerformanceColumns, members: readonly number[]): PerformanceFigures {
  const numbersOf = (column: readonly (number | null)[] = []) => describeNumbers(pick(column, members))
  const countOf = (is: (index: number) => boolean | undefined) => {
    let count = 0
    for (const index of members) if (is(index)) count += 1
    return count
  }
  const everClosed = countOf((index) => figures.isEverClosed[index])
  const reopened = countOf((index) => figures.isEverClosed[index] && figures.isReopened[index])
  return {
    volume: members.length,
    first_response_seconds: numbersOf(figures.firstResponseSeconds),
    office_hours_response_seconds: numbersOf(figures.officeResponseSeconds),
    time_to_first_close_seconds: numbersOf(figures.secondsToFirstClose),
    time_to_last_close_seconds: numbersOf(figures.secondsToLastClose),
    office_hours_first_close_seconds: numbersOf(figures.officeFirstCloseSeconds),
    office_hours_last_close_seconds: numbersOf(figures.officeLastCloseSeconds),
    resolution_rate: shareOf(
      countOf((index) => figures.state?.[index] === 'closed'),
      members.length,
    ),
    reopen_rate: shareOf(reopened, everClosed),
    ever_closed: everClosed,
    replies_per_conversation: numbersOf(figures.adminReplies),
    outbound_without_customer: countOf((index) => isUnansweredOutbound(figures, index)),
    without_thread: countOf((index) => figures.hasThread?.[index] === 0),
  }
}

/** Without a thread an inbound one may still turn out to have a customer's message. */
function isUnansweredOutbound({ firstContactAt, isOutbound, hasThread }: Partial<Figures>, index: number) {
  if (firstContactAt?.[index] != null) return false
  return isOutbound?.[index] === 1 || hasThread?.[index] === 1
}

function findBusiest(context: AnalysisContext, figures: Partial<Figures>): PerformanceBody['busiest'] {
  const { calendar, names } = context
  const busiestOf = (kind: 'hour' | 'weekday'): BusyTime[] =>
    groupFigures(figures, kind, { calendar, names, timeframe: null })
      .map(({ key, label, members }) => ({ key: key ?? '', label, count: members.length }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
  return { hours: busiestOf('hour'), weekdays: busiestOf('weekday') }
}

async function addBacklogs(
  measured: MeasuredGroup<PerformanceFigures>[],
  backlog: BacklogReader,
): Promise<PerformanceBody['groups']> {
  const ends = measured.flatMap(({ group }) => (group.days ? [group.days.to] : []))
  const unclosed = await backlog.unclosedAtStartOf(ends)
  return measured.map(({ dimension, group: { key, label, days }, figures }) => {
    const own: Backlog = days
      ? { open: unclosed.get(days.to) ?? null, snoozed: null, longest_waiting: [] }
      : backlog.of(dimension, key)
    return { dimension, key, label, ...figures, backlog: own }
  })
}

function notesOn(totals: PerformanceFigures, then: PerformanceFigures | null): string[] {
  const say = ({ without_thread: missing, volume }: PerformanceFigures, which: string) =>
    missing === 0
      ? []
      : [
          `Of ${volume} conversations ${which}${missing} have no stored thread yet: replies are not counted in them, and times are known only where Intercom's statistics say them.`,
        ]
  return [...say(totals, ''), ...(then ? say(then, 'compared with ') : [])]
}
