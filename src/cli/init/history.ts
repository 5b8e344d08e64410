import type { SyncEstimate } from '../../domain/answers'
import { AppError } from '../../domain/errors'
import { estimateFetch } from '../../domain/sync-estimate'
import type { IntercomApi } from '../../intercom/api'
import { formatAmount, formatSeconds } from '../units'

/** A length of history that init offers, with what it takes; null where Intercom would not count. */
export interface HistoryChoice {
  days: number
  label: string
  estimate: SyncEstimate | null
}

const usualDays = [30, 90, 365]
const daySeconds = 86_400
/** Of the settings: nobody's history is longer. */
const mostDays = 36_500
/** 165 MB for 40,000 conversations (docs/benchmarks.md). */
const bytesPerConversation = 4_100
/** The store is held in memory while it is used: from here on that is a matter of its own. */
const muchBytes = 1_000_000_000

/**
 * The lengths to choose from, none longer than the workspace is old, each with its number of conversations as
 * Intercom counts them (one small request each) and the time that its rate limit allows.
 */
export async function findHistoryChoices(
  api: Pick<IntercomApi, 'countConversations' | 'now' | 'rateLimit'>,
  { createdAt, current }: { createdAt: number | null; current: number },
  signal: AbortSignal,
): Promise<HistoryChoice[]> {
  const now = api.now()
  const age = createdAt === null ? mostDays : Math.ceil((now - createdAt) / daySeconds)
  const everything = createdAt !== null && age <= mostDays ? [Math.max(1, age)] : []
  const shorter = [...usualDays, current].filter((days) => days < age || everything.length === 0)
  const offered = [...new Set([...shorter, ...everything])].toSorted((a, b) => a - b)
  const choices = await Promise.all(
    offered.map(async (days) => ({
      days,
      label: everything.includes(days) ? 'Everything' : describeDays(days),
      estimate: await estimateDays(api, days, now, signal),
    })),
  )
  return choices.filter((choice, at) => choice.days === current || bringsLess(choice, choices[at + 1]))
}

/** Of lengths that hold the same the longest is enough: nobody has to think about the others. */
function bringsLess({ estimate }: HistoryChoice, longer: HistoryChoice | undefined): boolean {
  if (estimate === null || !longer?.estimate) return true
  return estimate.conversations < longer.estimate.conversations
}

/** What a history of so many days takes; null when Intercom does not count it. */
export async function estimateDays(
  api: Pick<IntercomApi, 'countConversations' | 'rateLimit'>,
  days: number,
  now: number,
  signal: AbortSignal,
): Promise<SyncEstimate | null> {
  try {
    const timeframe = { start: Math.max(0, now - days * daySeconds), end: now }
    // As the first sync asks: by the last change, so that a conversation that goes on is there however old.
    const count = await api.countConversations({ timeframe, field: 'updated_at' }, { signal, urgent: true })
    return estimateFetch(count, api.rateLimit()?.limit ?? null)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return null
  }
}

/** `30 days`, `1 year`. */
export function describeDays(days: number): string {
  return days === 365 ? '1 year' : formatAmount(days, 'day')
}

/** `1,240 conversations, about 2 min, 5 MB`. */
export function describeEstimate({ conversations, seconds }: SyncEstimate): string {
  const bytes = conversations * bytesPerConversation
  const time = seconds === null ? [] : [`about ${formatSeconds(Math.max(1, seconds))}`]
  const room = `${formatRoom(bytes)}${bytes >= muchBytes ? ' (and memory)' : ''}`
  return [formatAmount(conversations, 'conversation'), ...time, room].join(', ')
}

function formatRoom(bytes: number): string {
  if (bytes >= muchBytes) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes < 1e6 ? 'under 1 MB' : `${Math.round(bytes / 1e6)} MB`
}
