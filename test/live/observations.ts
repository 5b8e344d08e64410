import type { Exchange } from './recording-proxy'
import { collectShapes, type Shapes } from './shapes'

/** What the requests of one step came to. */
export interface StepTraffic {
  requests: number
  byEndpoint: Map<string, number>
  byStatus: Map<number, number>
  durationsMs: number[]
}

/** One search: its window as it was asked for, and what its pages brought. */
interface SearchSeen {
  asked: string
  firstTotal: number
  lastTotal: number
  read: number
  isWhole: boolean
  isCount: boolean
}

export interface Observations {
  /** From here on requests belong to this step. */
  begin(step: string): void
  observe(exchange: Exchange): void
  readonly steps: ReadonlyMap<string, StepTraffic>
  readonly shapes: Shapes
  /** Words of open lists (part types, author types, …) with how often they came. */
  readonly words: ReadonlyMap<string, Map<string, number>>
  readonly searches: readonly SearchSeen[]
  /** Named events and how often each was seen. */
  readonly counts: ReadonlyMap<string, number>
  readonly rateLimits: { limits: Set<string>; lowestRemaining: number | null; resets: Set<string> }
}

type Json = { [key: string]: unknown }

/** Gathers what a workspace really does, without any of its texts. */
export function createObservations(): Observations {
  const steps = new Map<string, StepTraffic>()
  const shapes: Shapes = new Map()
  const words = new Map<string, Map<string, number>>()
  const searches: SearchSeen[] = []
  const underWay = new Map<string, SearchSeen & { lastSort: number | null }>()
  const counts = new Map<string, number>()
  const rateLimits: Observations['rateLimits'] = {
    limits: new Set(),
    lowestRemaining: null,
    resets: new Set(),
  }
  const hitVersions = new Map<string, number>()
  let step = ''

  const count = (what: string, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by)
  const word = (list: string, value: unknown) => {
    const seen = words.get(list) ?? new Map<string, number>()
    words.set(list, seen)
    const name = typeof value === 'string' ? value : String(value)
    seen.set(name, (seen.get(name) ?? 0) + 1)
  }

  function observeHeaders({ headers }: Exchange): void {
    if (headers.get('date') === null) count('answers without a Date header')
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      headers.get(`x-ratelimit-${name}`),
    )
    if (limit == null || remaining == null || reset == null) {
      count('answers without all three rate-limit headers')
      return
    }
    rateLimits.limits.add(limit)
    rateLimits.resets.add(reset)
    const left = Number(remaining)
    rateLimits.lowestRemaining = Math.min(rateLimits.lowestRemaining ?? left, left)
  }

  function observeConversation(sent: Json, origin: string): void {
    word('states', sent.state)
    word('priorities', sent.priority)
    const source = asObject(sent.source)
    word('source types', source?.type)
    word('delivered as', source?.delivered_as)
    word('author types', asObject(source?.author)?.type)
    const statistics = asObject(sent.statistics)
    if (statistics === null) count(`${origin} without statistics`)
    const thread = asObject(sent.conversation_parts)
    if (thread === null) return
    const parts = asArray(thread.conversation_parts).map((part) => asObject(part) ?? {})
    for (const part of parts) {
      word('part types', part.part_type)
      word('author types', asObject(part.author)?.type)
    }
    const total = Number(thread.total_count)
    if (total > parts.length) count('threads that Intercom cut')
    if (total < parts.length) count('threads with more parts than their total_count')
    const counted = statistics?.count_conversation_parts
    if (typeof counted === 'number' && counted !== total) count('threads whose statistics count other parts')
    const times = parts.map(({ created_at }) => Number(created_at))
    if (times.some((at, index) => at < (times[index - 1] ?? 0))) count('threads not in the order of time')
    const hit = hitVersions.get(String(sent.id))
    if (hit !== undefined && hit !== sent.updated_at) {
      count(
        hit > Number(sent.updated_at)
          ? 'threads older than their search hit'
          : 'threads newer than their search hit',
      )
    }
  }

  function observeSearch(asked: Json, answered: Json): void {
    const query = JSON.stringify(asked.query)
    const pagination = asObject(asked.pagination) ?? {}
    const hits = asArray(answered.conversations).map((hit) => asObject(hit) ?? {})
    const total = Number(answered.total_count)
    const isFirst = pagination.starting_after === undefined
    const sort = String(asObject(asked.sort)?.field ?? 'updated_at')
    const isDescending = asObject(asked.sort)?.order === 'descending'
    const key = `${query} ${sort}`
    const known = isFirst ? undefined : underWay.get(key)
    const search = known ?? {
      ...{ asked: describeQuery(asked.query), firstTotal: total, lastTotal: total, read: 0 },
      ...{ isWhole: false, isCount: pagination.per_page === 1, lastSort: null },
    }
    if (known === undefined) searches.push(search)
    underWay.set(key, search)
    const bounds = findBounds(asked.query)
    for (const hit of hits) {
      const at = Number(hit[sort])
      if (search.lastSort !== null && (isDescending ? at > search.lastSort : at < search.lastSort)) {
        count(`hits out of order by ${sort}`)
      }
      search.lastSort = at
      if (bounds.some(({ field, value }) => hit[field] === value))
        count('hits on a bound that ">" and "<" should exclude')
      if (hit.conversation_parts !== undefined) count('hits that carry parts')
      hitVersions.set(String(hit.id), Number(hit.updated_at))
      observeConversation(hit, 'hits')
    }
    search.read += hits.length
    search.lastTotal = total
    search.isWhole = !asObject(asObject(answered.pages)?.next)?.starting_after
    if (hits.length > Number(pagination.per_page)) count('pages larger than asked for')
  }

  return {
    steps,
    shapes,
    words,
    searches,
    counts,
    rateLimits,
    begin(name) {
      step = name
      steps.set(step, { requests: 0, byEndpoint: new Map(), byStatus: new Map(), durationsMs: [] })
    },
    observe(exchange) {
      const endpoint = nameEndpoint(exchange)
      const traffic = steps.get(step)
      if (traffic) {
        traffic.requests += 1
        traffic.byEndpoint.set(endpoint, (traffic.byEndpoint.get(endpoint) ?? 0) + 1)
        traffic.byStatus.set(exchange.status, (traffic.byStatus.get(exchange.status) ?? 0) + 1)
        traffic.durationsMs.push(exchange.durationMs)
      }
      observeHeaders(exchange)
      const answered = asObject(exchange.answered)
      if (answered === null) {
        count(`answers that are no JSON object (${exchange.status})`)
        return
      }
      if (exchange.status >= 400) {
        const [first] = asArray(answered.errors)
        word('errors', `${endpoint} ${exchange.status} ${String(asObject(first)?.code)}`)
        return
      }
      collectShapes(shapes, endpoint, answered)
      if (endpoint === 'POST /conversations/search') observeSearch(asObject(exchange.asked) ?? {}, answered)
      if (endpoint === 'GET /conversations/{id}') observeConversation(answered, 'threads')
    },
  }
}

function nameEndpoint({ method, path }: Exchange): string {
  const known = /\/(?:conversations\/(?:search|deleted)|contacts\/search|tickets\/search)$/.test(path)
  return `${method} ${known ? path : path.replace(/\/(conversations|contacts)\/[^/]+$/, '/$1/{id}')}`
}

interface Bound {
  field: string
  value: unknown
}

function findBounds(query: unknown): Bound[] {
  const filter = asObject(query)
  if (filter === null) return []
  if (Array.isArray(filter.value)) return filter.value.flatMap(findBounds)
  return filter.operator === '>' || filter.operator === '<'
    ? [{ field: String(filter.field), value: filter.value }]
    : []
}

function describeQuery(query: unknown): string {
  const filter = asObject(query) ?? {}
  if (Array.isArray(filter.value) && filter.operator === 'AND')
    return filter.value.map(describeQuery).join(' and ')
  return `${String(filter.field)} ${String(filter.operator)} ${JSON.stringify(filter.value)}`
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
