/** When the journal has grown enough for a new snapshot. Bytes throughout. */
export interface SnapshotPolicy {
  /** Journal that replays in about 400 ms: more makes the next start feel slow. */
  whenIdleAbove: number
  /** Journal that replays in about 100 ms: less is not worth rewriting the file for at the end. */
  atCloseAbove: number
  /** While writes come one after the other: this share of the file, which bounds what is written to five times. */
  shareOfSnapshot: number
}

// Measured: a journal of messages with an index and full-text entries replays at 13.8 KB/ms; less is assumed,
// because the real tables have more indexes.
const replayBytesPerMs = 10_000

export const defaultSnapshotPolicy: SnapshotPolicy = {
  whenIdleAbove: 400 * replayBytesPerMs,
  atCloseAbove: 100 * replayBytesPerMs,
  shareOfSnapshot: 0.25,
}

// Above the first size start and snapshots become slow, above the second this engine is the wrong one; at 2 GiB
// its reads and writes fail.
const largeBytes = 300_000_000
const tooLargeBytes = 500_000_000

const large =
  'The store is larger than 300 MB: starts become slow, and from 500 MB on this engine is the wrong one'
const tooLarge =
  'The store is larger than 500 MB, more than an engine in memory is made for; the remedy is a database server, ' +
  'which this version cannot use yet. Today: keep less history, in another folder (--home) with sync --days N'

/** What to say about a store of this size; null when there is nothing to say. */
export function describeSize(snapshotBytes: number): string | null {
  if (snapshotBytes > tooLargeBytes) return tooLarge
  return snapshotBytes > largeBytes ? large : null
}

/**
 * `now` in bulk writing; `when_idle` when it can wait for a pause, because a snapshot writes the whole file and
 * stalls answers while it does.
 */
export function planSnapshot(
  policy: SnapshotPolicy,
  sizes: { journalBytes: number; snapshotBytes: number },
): 'now' | 'when_idle' | 'not_yet' {
  if (sizes.journalBytes <= policy.whenIdleAbove) return 'not_yet'
  return sizes.journalBytes > sizes.snapshotBytes * policy.shareOfSnapshot ? 'now' : 'when_idle'
}
