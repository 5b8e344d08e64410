/**
 * Why a thread is owed, though the run that asked for it went on.
 * - `failed`: it could not be fetched.
 * - `missing`: Intercom said 404 to what a search had shown; it may be too new, or really deleted.
 * - `short`: fewer parts came than Intercom's own total for the thread.
 * - `uncounted`: all parts came that the total counts, but the conversation's statistics count more.
 */
export type OwedReason = 'failed' | 'missing' | 'short' | 'uncounted'

/** A thread that is not stored as Intercom has it, and when it is asked for again. */
export interface OwedThread {
  conversationId: string
  reason: OwedReason
  /** Stable code of the error; null when there was none. */
  code: string | null
  /** Times in a row that it was asked for in vain. */
  attempts: number
  /** The conversation's updated_at at the last attempt: a later change makes it due at once. */
  updatedAt: number
  triedAt: number
  /** Not asked for before; null when only a change of the conversation is a reason to. */
  nextAt: number | null
  /** Parts that there should be and that are stored; null when nothing came. */
  partsExpected: number | null
  partsStored: number | null
}
