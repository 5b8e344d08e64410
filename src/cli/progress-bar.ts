import type { SyncPhase, SyncProgress } from '../domain/sync-run'
import { cutVisible } from './output'
import { formatCount, formatSeconds } from './units'

export interface ProgressBar {
  update(progress: SyncProgress): void
  /** Takes the bar away, so that the result stands where it was. */
  end(): void
}

const phaseWords: Record<SyncPhase, string> = {
  starting: 'Starting',
  conversations: 'Conversations',
  threads: 'Threads',
  finishing: 'Finishing',
}

// Ten a second look smooth; a line every two seconds does not fill a log.
const redrawMs = 100
const plainLineMs = 2_000

/** A bar with rate and remaining time on a terminal; elsewhere a plain line now and then. Writes to `stream` only. */
export function createProgressBar(
  stream: NodeJS.WriteStream,
  nowMs: () => number = () => performance.now(),
): ProgressBar {
  let phase: SyncPhase | null = null
  let phaseStartedMs = 0
  let doneBefore = 0
  let drawnMs = Number.NEGATIVE_INFINITY
  let drawn = false

  function draw(progress: SyncProgress): void {
    const elapsedSeconds = (nowMs() - phaseStartedMs) / 1000
    const text = describeProgress(progress, progress.done - doneBefore, elapsedSeconds)
    if (stream.isTTY) stream.write(`\r\u001B[2K${cutVisible(text, (stream.columns || 80) - 1)}`)
    else stream.write(`${text}\n`)
    drawn = true
    drawnMs = nowMs()
  }

  return {
    update(progress) {
      if (progress.phase !== phase) {
        phase = progress.phase
        phaseStartedMs = nowMs()
        doneBefore = progress.done
        if (stream.isTTY) drawnMs = Number.NEGATIVE_INFINITY
      }
      if (nowMs() - drawnMs >= (stream.isTTY ? redrawMs : plainLineMs)) draw(progress)
    },
    end() {
      if (drawn && stream.isTTY) stream.write('\r\u001B[2K')
      drawn = false
    },
  }
}

const barCells = 24

/** The line itself: phase, bar, figures, rate and what remains. `doneInPhase` and the seconds give the rate. */
export function describeProgress(
  { phase, done, total, messages }: SyncProgress,
  doneInPhase: number,
  elapsedSeconds: number,
): string {
  const word = phaseWords[phase].padEnd(13)
  if (phase === 'starting' || phase === 'finishing') return `${word} …`
  const rate = elapsedSeconds >= 0.5 && doneInPhase > 0 ? doneInPhase / elapsedSeconds : null
  const parts = [
    total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(Math.max(total, done))}`,
  ]
  if (phase === 'threads') parts.push(`${formatCount(messages)} messages`)
  if (rate !== null) parts.push(`${formatCount(Math.round(rate))}/s`)
  if (rate !== null && total !== null && total > done)
    parts.push(`${formatSeconds((total - done) / rate)} left`)
  const bar = total === null || total === 0 ? '' : `${drawBar(Math.min(1, done / total))} `
  return `${word} ${bar}${parts.join(' · ')}`
}

function drawBar(share: number): string {
  const full = Math.round(share * barCells)
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${String(Math.floor(share * 100)).padStart(3)} %`
}
