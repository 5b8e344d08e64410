import type { SyncProgress } from '../domain/sync-run'

/** Where each phase begins and ends on a scale of 0 to 100; threads take most of the requests. */
const phaseSpans: Record<SyncProgress['phase'], readonly [from: number, to: number]> = {
  starting: [0, 1],
  conversations: [1, 30],
  threads: [30, 98],
  finishing: [98, 100],
}

/** With an unknown total, this many items count as half of the phase, so that progress still rises. */
const halfwayItems = 1000

export interface ProgressNote {
  progress: number
  total: 100
  message: string
}

/**
 * Turns a run's progress into the protocol's, whose number must rise with every notification: a report that does
 * not raise it gives null.
 */
export function createProgressScale(): (progress: SyncProgress) => ProgressNote | null {
  let last = -1
  return (progress) => {
    const value = percentOf(progress)
    if (value <= last) return null
    last = value
    return { progress: value, total: 100, message: progressMessage(progress) }
  }
}

/** One sentence a person can follow. */
export function progressMessage({ phase, done, total, conversations, messages }: SyncProgress): string {
  const of = total === null ? `${done}` : `${done} of ${total}`
  switch (phase) {
    case 'starting':
      return 'Starting the sync.'
    case 'conversations':
      return `Fetching conversations: ${of}.`
    case 'threads':
      return `Fetching replies: ${of} threads, ${messages} messages so far.`
    case 'finishing':
      return `Finishing: ${conversations} conversations and ${messages} messages stored.`
  }
}

function percentOf({ phase, done, total }: SyncProgress): number {
  const [from, to] = phaseSpans[phase]
  const share = total === null ? done / (done + halfwayItems) : total === 0 ? 1 : Math.min(1, done / total)
  return Math.round((from + (to - from) * share) * 100) / 100
}
