import type { SyncEstimate } from './answers'
import type { SyncProgress } from './sync-run'

/** The largest page of a search; a thread is a request of its own. */
const conversationsPerPage = 150

/** Intercom counts requests in windows of so many seconds, and its headers speak of these. */
const secondsPerWindow = 10

/**
 * What fetching so many conversations takes: their pages and a thread each, at the pace of the rate limit as last
 * seen (requests a window); without one the time is not known.
 */
export function estimateFetch(conversations: number, rateLimit: number | null): SyncEstimate {
  const pages = Math.ceil(conversations / conversationsPerPage)
  return withTime(conversations, pages + conversations, rateLimit)
}

/**
 * What a run still has to do; null until it has been counted. While conversations are read every one is taken to
 * need its thread, which is too many where some are stored already.
 */
export function estimateRest(progress: SyncProgress, rateLimit: number | null): SyncEstimate | null {
  const { phase, done, total } = progress
  if (total === null) return null
  const left = Math.max(0, total - done)
  if (phase === 'threads') return withTime(left, left, rateLimit)
  // The threads of the conversations that have been read are still to come.
  return withTime(total, Math.ceil(left / conversationsPerPage) + total, rateLimit)
}

function withTime(conversations: number, requests: number, rateLimit: number | null): SyncEstimate {
  const seconds =
    rateLimit === null || rateLimit <= 0 ? null : Math.ceil((requests / rateLimit) * secondsPerWindow)
  return { conversations, requests, seconds }
}

/** `12,000 conversations, about 12,080 requests, 2 minutes`; the time only where it is known. */
export function describeEstimate({ conversations, requests, seconds }: SyncEstimate): string {
  const parts = [amount(conversations, 'conversation'), `about ${amount(requests, 'request')}`]
  return [...parts, ...(seconds === null ? [] : [describeDuration(seconds)])].join(', ')
}

function describeDuration(seconds: number): string {
  if (seconds < 90) return amount(seconds, 'second')
  if (seconds < 90 * 60) return amount(Math.round(seconds / 60), 'minute')
  return amount(Math.round(seconds / 3600), 'hour')
}

function amount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
