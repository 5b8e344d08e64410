import type { WireThread } from '../../../src/simulator/wire/wire-types'

/**
 * The definitions once more, as plainly as can be, over the source's objects: no SQL, no shared code, every list
 * sorted and walked anew.
 */

interface Part {
  type: string
  at: number
  by: 'customer' | 'admin' | 'other'
  hasWords: boolean
  hasFiles: boolean
}

/** A conversation as its source has it; `parts` begins with the opening message, null when no thread is stored. */
export interface Source {
  id: string
  createdAt: number
  state: string
  priority: string
  assignee: string | null
  team: string | null
  tags: string[]
  rating: number | null
  asked: boolean
  waitingSince: number | null
  inbound: boolean
  statistics: Record<string, unknown>
  parts: Part[] | null
}

const customers = ['user', 'lead', 'contact']

function side(type: string, fromAi: boolean): Part['by'] {
  if (customers.includes(type)) return 'customer'
  return type === 'admin' && !fromAi ? 'admin' : 'other'
}

export function fromWire(wire: WireThread): Source {
  const id = (number: number) => (number === 0 ? null : String(number))
  const opening = { ...wire.source, part_type: 'source', created_at: wire.created_at }
  return {
    id: wire.id,
    createdAt: wire.created_at,
    state: wire.state,
    priority: wire.priority,
    assignee: id(wire.admin_assignee_id),
    team: id(wire.team_assignee_id),
    tags: wire.tags.tags.map((tag) => tag.id),
    rating: wire.conversation_rating?.rating ?? null,
    asked: wire.conversation_rating !== null,
    waitingSince: wire.waiting_since,
    inbound: wire.source.delivered_as === 'customer_initiated',
    statistics: wire.statistics ?? {},
    parts: [opening, ...wire.conversation_parts.conversation_parts].map((part) => ({
      type: part.part_type,
      at: part.created_at,
      by: side(part.author.type, part.author.from_ai_agent === true),
      hasWords: part.body !== null && part.body !== '',
      hasFiles: part.attachments.length > 0,
    })),
  }
}

const replies = (source: Source) =>
  source.parts?.filter((part) => part.by === 'admin' && part.hasWords && !part.type.startsWith('note')) ??
  null

const customerParts = (source: Source) =>
  (source.parts ?? []).filter(
    (part) =>
      part.by === 'customer' &&
      (part.hasWords || part.hasFiles) &&
      !part.type.startsWith('conversation_rating'),
  )

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function firstContact(source: Source): number | null {
  return number(source.statistics.first_contact_reply_at) ?? customerParts(source)[0]?.at ?? null
}

export function firstResponse(source: Source): number | null {
  const asked = number(source.statistics.first_contact_reply_at)
  const answered = number(source.statistics.first_admin_reply_at)
  if (asked !== null && answered !== null && answered >= asked) return answered - asked
  const first = customerParts(source)[0]
  if (!first || !source.parts) return null
  const later = source.parts.slice(source.parts.indexOf(first))
  const reply = replies(source)?.find((part) => later.includes(part))
  return reply ? reply.at - first.at : null
}

/** Closings and reopenings in turn. */
function turns(source: Source): number[] {
  const found: number[] = []
  let closed = false
  for (const part of source.parts ?? []) {
    const opens = ['open', 'note_and_reopen', 'assign_and_reopen'].includes(part.type)
    if (!closed && part.type === 'close') {
      closed = true
      found.push(part.at)
    } else if (closed && opens) {
      closed = false
      found.push(part.at)
    }
  }
  return found
}

function closeTime(source: Source, which: 'first' | 'last'): number | null {
  const said = number(source.statistics[`${which}_close_at`])
  const closes = turns(source).filter((_, index) => index % 2 === 0)
  return said ?? (which === 'first' ? closes[0] : closes[closes.length - 1]) ?? null
}

function timeToClose(source: Source, which: 'first' | 'last'): number | null {
  const from = firstContact(source)
  const to = closeTime(source, which)
  return from === null || to === null || to < from ? null : to - from
}

export function describe(values: (number | null)[]) {
  const list = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (list.length === 0) return { count: 0, mean: null, median: null, p90: null }
  let sum = 0
  for (const value of list) sum += value
  const half = list.length / 2
  const median = Number.isInteger(half)
    ? ((list[half - 1] as number) + (list[half] as number)) / 2
    : (list[Math.floor(half)] as number)
  // The smallest value with at least nine tenths of all not above it.
  const p90 = list.find((value) => list.filter((other) => other <= value).length * 10 >= list.length * 9)
  return {
    count: list.length,
    mean: thousandths(sum / list.length),
    median: thousandths(median),
    p90: p90 ?? null,
  }
}

export function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000
}

const share = (part: number, whole: number) => (whole === 0 ? null : thousandths(part / whole))

export function performance(all: Source[]) {
  const ever = all.filter((source) => closeTime(source, 'first') !== null || source.state === 'closed')
  const reopened = ever.filter(
    (source) => (number(source.statistics.count_reopens) ?? Math.floor(turns(source).length / 2)) > 0,
  )
  const statistic = (name: string) => describe(all.map((source) => number(source.statistics[name])))
  return {
    volume: all.length,
    first_response_seconds: describe(all.map(firstResponse)),
    office_hours_response_seconds: statistic('time_to_admin_reply'),
    time_to_first_close_seconds: describe(all.map((source) => timeToClose(source, 'first'))),
    time_to_last_close_seconds: describe(all.map((source) => timeToClose(source, 'last'))),
    office_hours_first_close_seconds: statistic('time_to_first_close'),
    office_hours_last_close_seconds: statistic('time_to_last_close'),
    resolution_rate: share(all.filter((source) => source.state === 'closed').length, all.length),
    reopen_rate: share(reopened.length, ever.length),
    ever_closed: ever.length,
    replies_per_conversation: describe(all.map((source) => replies(source)?.length ?? null)),
    outbound_without_customer: all.filter(
      (source) => firstContact(source) === null && (!source.inbound || source.parts !== null),
    ).length,
    without_thread: all.filter((source) => source.parts === null).length,
  }
}

export function satisfaction(all: Source[]) {
  const asked = all.filter((source) => source.asked).length
  const rated = all.flatMap((source) => source.rating ?? [])
  const given = (score: number) => rated.filter((rating) => rating === score).length
  return {
    asked,
    rated: rated.length,
    response_rate: share(rated.length, asked),
    mean: rated.length === 0 ? null : thousandths(rated.reduce((a, b) => a + b) / rated.length),
    csat: share(given(4) + given(5), rated.length),
    distribution: { 1: given(1), 2: given(2), 3: given(3), 4: given(4), 5: given(5) },
  }
}

/** What was not closed at a moment, by the threads alone. */
export function unclosedAt(all: Source[], moment: number): number {
  return all.filter(
    (source) => source.createdAt <= moment && turns(source).filter((turn) => turn <= moment).length % 2 === 0,
  ).length
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** `2026-03-29`, the hour and the weekday on the wall of a zone. */
export function onTheWall(seconds: number, zone: string): { day: string; hour: string; weekday: string } {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: zone, hourCycle: 'h23', weekday: 'long', hour: '2-digit' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    })
  clocks.set(zone, clock)
  const parts = clock.formatToParts(seconds * 1000)
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { day: `${get('year')}-${get('month')}-${get('day')}`, hour: get('hour'), weekday: get('weekday') }
}
