import { LRUCache } from 'lru-cache'
import type { Contact } from '../domain/conversation'
import type { Notification, NotificationReader } from '../intercom/notification'
import type { Logger } from '../logger'
import type { Store } from '../storage/port'
import { createFetchQueue, type FetchQueueOptions } from './fetch-queue'
import type { Scheduler } from './scheduler'
import { realTimers, type Timers } from './timers'

/** What became of a delivery. Whatever is not refused is to be acknowledged, lest Intercom deliver it again. */
type NotificationReceipt =
  /** What it causes is under way or done. */
  | { result: 'accepted' }
  | { result: 'duplicate' }
  | { result: 'ignored'; reason: 'no_effect' | 'other_workspace' | 'nothing_stored' | 'busy' }
  | { result: 'refused'; reason: 'forged' | 'unreadable' | 'stopped' }

export interface NotificationEntry {
  /** Takes a delivery as it came. Resolves as soon as it is judged: it never waits for the network. */
  receive(rawBody: Uint8Array, signature: string | undefined): Promise<NotificationReceipt>
  /** Refuses further ones, finishes what is under way or waits, and resolves then. */
  stop(): Promise<void>
}

export interface NotificationEntryOptions {
  /** Knows the app's secret; see `createNotificationReader`. */
  read: NotificationReader
  store: Pick<Store, 'apply' | 'getContact' | 'getWorkspace'>
  scheduler: Pick<Scheduler, 'fetchConversation'>
  logger: Logger
  timers?: Timers
  fetching?: Pick<FetchQueueOptions, 'concurrency' | 'settleMs' | 'retryAfterMs' | 'mostConversations'>
}

/** Notifications are delivered again after a minute at most; these are many minutes of a busy workspace. */
const rememberedIds = 10_000

/**
 * Where the notifications of a workspace come in. They only wake: a conversation that one is about is fetched anew, so
 * that neither their order nor their content matters, and an old one never brings an old state back. What cannot be
 * fetched is left to the next incremental run, which misses nothing either way.
 */
export function createNotificationEntry(options: NotificationEntryOptions): NotificationEntry {
  const { read, store, scheduler, logger, timers = realTimers } = options
  const received = new LRUCache<string, true>({ max: rememberedIds })
  const fetch = (id: string): Promise<void> => scheduler.fetchConversation(id)
  const queue = createFetchQueue({ fetch, timers, logger, ...options.fetching })
  const underWay = new Set<Promise<NotificationReceipt>>()
  let isStopped = false

  const judge = async (notification: Notification): Promise<NotificationReceipt> => {
    const { id, subject, workspaceId } = notification
    if (subject.kind === 'none') return { result: 'ignored', reason: 'no_effect' }
    const workspace = await store.getWorkspace()
    // Before the first run there is nothing to keep fresh, and that run will read it all.
    if (workspace === null) return { result: 'ignored', reason: 'nothing_stored' }
    if (workspaceId !== workspace.id) return { result: 'ignored', reason: 'other_workspace' }
    if (id !== null && received.has(id)) return { result: 'duplicate' }
    if (id !== null) received.set(id, true)
    return act(notification)
  }

  const act = async ({ id, subject, createdAt }: Notification): Promise<NotificationReceipt> => {
    try {
      if (subject.kind === 'conversation' && !queue.add(subject.id))
        return { result: 'ignored', reason: 'busy' }
      if (subject.kind === 'deleted_conversation') {
        const deletedAt = createdAt ?? Math.floor(timers.nowMs() / 1_000)
        await store.apply({ tombstones: [{ conversationId: subject.id, deletedAt }] })
      }
      if (subject.kind === 'merged_contact') await alias(subject.contactIds, subject.into)
      return { result: 'accepted' }
    } catch (error) {
      // Nothing has come of it: its next delivery is a new chance.
      if (id !== null) received.delete(id)
      throw error
    }
  }

  const alias = async (contactIds: readonly string[], into: Contact): Promise<void> => {
    const isKnown = async (id: string): Promise<boolean> => (await store.getContact(id)) !== null
    for (const contactId of contactIds) {
      // What is stored of either may be newer than a delivery that comes late.
      const contacts = [
        ...((await isKnown(into.id)) ? [] : [into]),
        ...((await isKnown(contactId)) ? [] : [{ ...into, id: contactId }]),
      ]
      await store.apply({ contacts, contactMerges: [{ contactId, mergedInto: into.id }] })
    }
  }

  return {
    async receive(rawBody, signature) {
      if (isStopped) return { result: 'refused', reason: 'stopped' }
      const told = read(rawBody, signature)
      if (told.verdict !== 'genuine') {
        logger.warn('A notification was refused', { reason: told.verdict, bytes: rawBody.byteLength })
        return { result: 'refused', reason: told.verdict }
      }
      const judging = judge(told.notification)
      underWay.add(judging)
      try {
        const receipt = await judging
        const { topic, deliveryAttempts } = told.notification
        logger.debug('A notification came in', { topic, delivery_attempts: deliveryAttempts, ...receipt })
        return receipt
      } finally {
        underWay.delete(judging)
      }
    },
    async stop() {
      isStopped = true
      await Promise.allSettled(underWay)
      await queue.stop()
    },
  }
}
