import type { GroupKind } from '../domain/analysis-answers'
import { conversationStates, priorities } from '../domain/conversation'
import type { Timeframe } from '../domain/timeframe'
import type { FigureName, Figures, Store } from '../storage/port'
import {
  firstDayOf,
  type LocalCalendar,
  nextPeriod,
  type PeriodUnit,
  periodKey,
  periodLabel,
  weekdayNames,
  weekdayOf,
} from '../text/local-calendar'

/** Conversations that belong together, by their places in the columns of `Figures`. */
export interface Group {
  /** null: of no assignee, team or tag. */
  key: string | null
  label: string
  members: number[]
  /** Of a day, week or month: its first local day, and the first one after it. */
  days?: { from: number; to: number }
}

export interface GroupingContext {
  calendar: LocalCalendar
  /** Names of assignees, teams and tags by id. */
  names: GroupNames
  /** Days without a conversation inside it have a group too. */
  timeframe: Timeframe | null
}

export type GroupNames = Record<'assignee' | 'team' | 'tag', ReadonlyMap<string, string>>

const neededFigures: Record<GroupKind, FigureName> = {
  ...{ day: 'createdAt', week: 'createdAt', month: 'createdAt', hour: 'createdAt', weekday: 'createdAt' },
  ...{ assignee: 'assigneeId', team: 'teamId', tag: 'tagIds', priority: 'priority', state: 'state' },
}

/** The column that a grouping reads. */
export function figureOf(kind: GroupKind): FigureName {
  return neededFigures[kind]
}

/** Reads the names that groups are labelled with. */
export async function readGroupNames(store: Store, kinds: readonly GroupKind[]): Promise<GroupNames> {
  const named = (list: { id: string; name: string | null }[]) =>
    new Map(list.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
  return {
    assignee: named(kinds.includes('assignee') ? await store.listAdmins() : []),
    team: named(kinds.includes('team') ? await store.listTeams() : []),
    tag: named(kinds.includes('tag') ? await store.listTags() : []),
  }
}

/**
 * Groups conversations. Times, priorities and states come in their own order, without gaps; the others largest first.
 * A conversation with several tags is in the group of each.
 */
export function groupFigures(
  figures: Partial<Figures>,
  kind: GroupKind,
  { calendar, names, timeframe }: GroupingContext,
): Group[] {
  const times = figures.createdAt ?? []
  switch (kind) {
    case 'day':
    case 'week':
    case 'month':
      return groupByPeriod(times, kind, calendar, timeframe)
    case 'hour': {
      const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
      return byNumber(times, hours, calendar.hourOf, (hour) => `${hour}:00`)
    }
    case 'weekday':
      return byNumber(
        times,
        weekdayNames,
        (time) => weekdayOf(calendar.dayOf(time)),
        (name) => name,
      )
    case 'priority':
      return inOrder(priorities, gather(figures.priority ?? []), (name) => name)
    case 'state':
      return inOrder(conversationStates, gather(figures.state ?? []), (name) => name)
    case 'assignee':
      return largestFirst(gather(figures.assigneeId ?? []), names.assignee, 'unassigned')
    case 'team':
      return largestFirst(gather(figures.teamId ?? []), names.team, 'no team')
    case 'tag':
      return largestFirst(gatherTags(figures.tagIds ?? []), names.tag, 'no tag')
  }
}

type Members = Map<string | null, number[]>

function gather(keys: readonly (string | null)[]): Members {
  const members: Members = new Map()
  for (const [index, key] of keys.entries()) addMember(members, key, index)
  return members
}

function gatherTags(tags: readonly string[][]): Members {
  const members: Members = new Map()
  for (const [index, ids] of tags.entries()) {
    if (ids.length === 0) addMember(members, null, index)
    for (const id of ids) addMember(members, id, index)
  }
  return members
}

function addMember<Key>(members: Map<Key, number[]>, key: Key, index: number): void {
  const known = members.get(key)
  if (known) known.push(index)
  else members.set(key, [index])
}

function inOrder(keys: readonly string[], members: Members, labelOf: (key: string) => string): Group[] {
  return keys.map((key) => ({ key, label: labelOf(key), members: members.get(key) ?? [] }))
}

/** Groups of times by a number that each has, which is a place among the keys. */
function byNumber(
  times: readonly number[],
  keys: readonly string[],
  numberOf: (time: number) => number,
  labelOf: (key: string) => string,
): Group[] {
  const members: number[][] = keys.map(() => [])
  for (let index = 0; index < times.length; index++) members[numberOf(times[index]!)]?.push(index)
  return keys.map((key, place) => ({ key, label: labelOf(key), members: members[place] ?? [] }))
}

function largestFirst(members: Members, names: ReadonlyMap<string, string>, nobody: string): Group[] {
  return [...members]
    .map(([key, indexes]) => ({
      key,
      label: key === null ? nobody : (names.get(key) ?? key),
      members: indexes,
    }))
    .sort((a, b) => b.members.length - a.members.length || (a.label < b.label ? -1 : 1))
}

function groupByPeriod(
  times: readonly number[],
  unit: PeriodUnit,
  calendar: LocalCalendar,
  timeframe: Timeframe | null,
): Group[] {
  const members = new Map<number, number[]>()
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const firstDays = new Map<number, number>()
  for (const [index, time] of times.entries()) {
    const day = calendar.dayOf(time)
    let from = firstDays.get(day)
    if (from === undefined) {
      from = firstDayOf(unit, day)
      firstDays.set(day, from)
    }
    first = Math.min(first, from)
    last = Math.max(last, from)
    addMember(members, from, index)
  }
  if (timeframe !== null && timeframe.start < timeframe.end) {
    // "until DATE" begins in 1970; nobody wants the days before the first conversation then.
    if (timeframe.start > 0) first = Math.min(first, firstDayOf(unit, calendar.dayOf(timeframe.start)))
    last = Math.max(last, firstDayOf(unit, calendar.dayOf(timeframe.end - 1)))
  }
  const groups: Group[] = []
  for (let from = first; from <= last; from = nextPeriod(unit, from)) {
    groups.push({
      key: periodKey(unit, from),
      label: periodLabel(unit, from),
      members: members.get(from) ?? [],
      days: { from, to: nextPeriod(unit, from) },
    })
  }
  return groups
}
