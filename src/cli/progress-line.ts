import type { SyncPhase, SyncProgress } from '../domain/sync-run'
import { visibleLength } from './text-width'
import { formatCount, formatSeconds } from './units'

/** How far a task is. `total` is null as long as nobody knows it. */
export interface TaskProgress extends Pick<SyncProgress, 'done' | 'total'> {
  /** One of a sync's phases, or what is being done in a word or two. */
  phase: string
  messages?: number
}

/** How fast it goes at present; null before that can be said. */
export interface ProgressPace {
  perSecond: number | null
  /** Since the phase began. */
  elapsedSeconds: number
}

const phaseWords: Readonly<Record<string, string>> = {
  starting: 'Starting',
  conversations: 'Conversations',
  threads: 'Threads',
  finishing: 'Finishing',
} satisfies Record<SyncPhase, string>

/** Longer is a pause worth showing that it is one. */
const quietSeconds = 2
const barLengths = [24, 12]

/**
 * The line itself: phase, bar, figures, rate and what remains; the fullest form that fits into `columns`. A phase
 * without anything to count shows how long it has taken.
 */
export function describeProgress(progress: TaskProgress, pace: ProgressPace, columns: number): string {
  const { phase, done, total } = progress
  const word = phaseWords[phase] ?? phase
  if (total === null && done === 0) {
    const { elapsedSeconds } = pace
    return elapsedSeconds < quietSeconds
      ? `${word} …`
      : `${word} … ${formatSeconds(Math.floor(elapsedSeconds))}`
  }
  const figures = describeFigures(progress, pace)
  const head = word.padEnd(13)
  // A log needs no picture.
  const hasBar = total !== null && total > 0 && Number.isFinite(columns)
  const bars = hasBar ? barLengths.map((cells) => `${drawBar(done / total, cells)} `) : []
  const forms = [
    ...[...bars, ''].map((bar) => `${head} ${bar}${figures.join(' · ')}`),
    // The figures stand in the order of their use.
    ...figures.map((_, index) => `${word} ${figures.slice(0, figures.length - index).join(' · ')}`),
  ]
  return forms.find((form) => visibleLength(form) <= columns) ?? forms.at(-1) ?? word
}

function describeFigures(
  { phase, done, total, messages }: TaskProgress,
  { perSecond }: ProgressPace,
): string[] {
  const left = total !== null && perSecond !== null && total > done ? (total - done) / perSecond : null
  return [
    total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(Math.max(total, done))}`,
    left === null ? null : `${formatSeconds(Math.ceil(left))} left`,
    perSecond === null ? null : `${formatRate(perSecond)}/s`,
    phase === 'threads' && messages !== undefined ? `${formatCount(messages)} messages` : null,
  ].filter((figure) => figure !== null)
}

function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))
}

function drawBar(share: number, cells: number): string {
  const full = Math.round(Math.min(1, share) * cells)
  const percent = Math.floor(Math.min(1, share) * 100)
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${String(percent).padStart(3)} %`
}
