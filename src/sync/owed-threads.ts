import type { FetchedConversation, Message } from '../domain/conversation'
import type { OwedReason, OwedThread } from '../domain/owed-thread'
import { judgeParts } from './thread-completeness'

/**
 * Seconds until the next attempt after the first, second, … in vain: the next run, whenever that is, then ever more
 * rarely. The last one holds for good, short enough that hours of an outage cost no day afterwards.
 */
const waitSeconds = [0, 300, 1_200, 4_800, 21_600]
/** A presumed deletion is looked at once more, when no server can be behind any more. */
const secondLookSeconds = 600
/**
 * Statistics that count more than the thread has may be late, or count otherwise in this workspace. So each is asked
 * for once more, and so many are remembered: where they count otherwise, that is what it costs in all.
 */
const mostUncounted = 50
/** Where so many threads come short for good, Intercom counts otherwise than it sends, and asking mends nothing. */
const mostShort = 200

interface Attempt {
  conversationId: string
  /** The conversation's updated_at as it is stored. */
  updatedAt: number
  /** Epoch seconds on the API's clock. */
  now: number
}

/** What a run knows of the threads that earlier ones and it itself asked for in vain. Nothing is written here. */
export interface OwedThreads {
  get(conversationId: string): OwedThread | undefined
  all(): OwedThread[]
  /** Those whose time has come, longest due first. */
  due(now: number): OwedThread[]
  /** Those whose time has not come. */
  resting(now: number): OwedThread[]
  /** Holds a thread that came against Intercom's counts; what is to be stored with it, null when it is whole. */
  judge(fetched: FetchedConversation, stored: readonly Message[], now: number): OwedThread | null
  /** What is to be stored of a thread that did not come; null when that is known. `wait`: false in an outage. */
  fail(attempt: Attempt & { reason: 'failed' | 'missing'; code: string; wait: boolean }): OwedThread | null
  /** What is to be stored of a conversation that was just presumed to be deleted. */
  lookAgain(attempt: Attempt & { code: string }): OwedThread
}

/** Begins with what is stored. */
export function createOwedThreads(stored: readonly OwedThread[]): OwedThreads {
  const rows = new Map(stored.map((owed) => [owed.conversationId, owed]))

  const note = (owed: OwedThread): OwedThread => {
    rows.set(owed.conversationId, owed)
    return owed
  }
  const attemptsAt = (id: string, reason: OwedReason): number => {
    const before = rows.get(id)
    return before?.reason === reason ? before.attempts + 1 : 1
  }
  const hasRoomFor = (id: string, reason: 'short' | 'uncounted'): boolean => {
    if (rows.get(id)?.reason === reason) return true
    const most = reason === 'short' ? mostShort : mostUncounted
    return [...rows.values()].filter((owed) => owed.reason === reason).length < most
  }

  return {
    get: (id) => rows.get(id),
    all: () => [...rows.values()],
    due: (now) =>
      [...rows.values()]
        .filter((owed) => isDue(owed, now))
        .toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0)),
    resting: (now) => [...rows.values()].filter((owed) => !isDue(owed, now)),
    judge(fetched, messages, now) {
      const { id: conversationId, updatedAt } = fetched.conversation
      const finding = judgeParts(fetched, messages)
      if (finding === null || !hasRoomFor(conversationId, finding.reason)) {
        rows.delete(conversationId)
        return null
      }
      const attempts = attemptsAt(conversationId, finding.reason)
      const nextAt = finding.reason === 'short' ? now + waitAfter(attempts) : attempts === 1 ? now : null
      return note({ conversationId, code: null, ...finding, attempts, updatedAt, triedAt: now, nextAt })
    },
    fail({ conversationId, reason, code, updatedAt, now, wait }) {
      if (!wait && rows.get(conversationId)?.reason === reason) return null
      const attempts = attemptsAt(conversationId, reason)
      const nextAt = wait ? now + waitAfter(attempts) : now
      return note({ ...inVain, conversationId, reason, code, attempts, updatedAt, triedAt: now, nextAt })
    },
    lookAgain({ conversationId, code, updatedAt, now }) {
      const nextAt = now + secondLookSeconds
      const reason = 'missing'
      return note({ ...inVain, conversationId, reason, code, attempts: 1, updatedAt, triedAt: now, nextAt })
    },
  }
}

/** How many threads could not be fetched or came short, and which, as a run's row says it; null when none. */
export function describeOwed(rows: readonly OwedThread[]): string | null {
  const sentences = [
    describeSome(rows, 'failed', ['could not be fetched', 'could not be fetched']),
    describeSome(rows, 'short', [
      'came with fewer parts than it has',
      'came with fewer parts than they have',
    ]),
  ]
  const said = sentences.filter((sentence) => sentence !== null)
  return said.length === 0 ? null : `${said.join(' ')} Later runs ask again.`
}

const inVain = { partsExpected: null, partsStored: null }
const idsNamed = 3

function describeSome(
  rows: readonly OwedThread[],
  reason: OwedReason,
  [ofOne, ofMany]: [string, string],
): string | null {
  const ids = rows.filter((owed) => owed.reason === reason).map(({ conversationId }) => conversationId)
  if (ids.length === 0) return null
  const others = ids.length > idsNamed ? ' and others' : ''
  const named = `(${ids.slice(0, idsNamed).join(', ')}${others})`
  return ids.length === 1
    ? `The thread of 1 conversation ${ofOne} ${named}.`
    : `The threads of ${ids.length} conversations ${ofMany} ${named}.`
}

function isDue({ nextAt, triedAt }: OwedThread, now: number): boolean {
  if (nextAt === null) return false
  // An attempt in the future was noted by a clock that was ahead.
  return nextAt <= now || triedAt > now
}

function waitAfter(attempts: number): number {
  return waitSeconds[Math.min(attempts, waitSeconds.length) - 1] ?? 0
}
