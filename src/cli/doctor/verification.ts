import { randomInt } from 'node:crypto'
import {
  type ConversationDifference,
  type IntervalCount,
  mostSampled,
  type Stratum,
  strata,
  type VerifyAnswer,
} from '../../domain/verification'
import type { Service } from '../../service/service'
import { readText, readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { asPlainLine, type Output } from '../output'
import { createProgressBar } from '../progress-bar'
import { cutVisible, visibleLength } from '../text-width'
import { formatAmount, formatCount, formatSeconds, formatTime } from '../units'

export interface VerificationOptions {
  sample: number
  seed: string
}

const defaultSample = 20
const idsShown = 10

/** What `--verify` asks for; null without it. Throws UsageError for its companions alone. */
export function readVerificationOptions({ options }: CommandContext): VerificationOptions | null {
  const sample = readWholeNumber(options, 'sample', 1, mostSampled)
  const seed = readText(options, 'seed')
  if (options.verify === true) {
    if (seed === '')
      throw new UsageError('--seed needs some text.', { hint: 'Write the seed that was printed.' })
    return { sample: sample ?? defaultSample, seed: seed ?? String(randomInt(1_000_000)) }
  }
  if (sample === undefined && seed === undefined) return null
  throw new UsageError(`--${sample === undefined ? 'seed' : 'sample'} belongs to --verify.`, {
    hint: 'Write doctor --verify --sample 20.',
  })
}

/** Runs the comparison where the data and the way to Intercom are, with a bar on stderr. */
export async function verifyWithBar(
  options: VerificationOptions,
  service: Service,
  { output, signal, asJson }: Pick<CommandContext, 'output' | 'signal' | 'asJson'>,
): Promise<VerifyAnswer> {
  const bar = createProgressBar(output, { silent: asJson })
  try {
    return await service.verifySample(options, { signal, onProgress: bar.update })
  } finally {
    bar.end()
  }
}

/** Whether what is stored is what Intercom has, as far as it let itself be looked at. */
export function isVerified({ sampled, refused, differences_total, intervals }: VerifyAnswer): boolean {
  const wasShownAny = sampled === 0 || refused.length < sampled
  return wasShownAny && differences_total === 0 && intervals.every(({ verdict }) => verdict !== 'missing')
}

/** Whether there was nothing to compare, which says nothing good or bad of what is stored. */
export function isOfNothing({ sampled, intervals }: VerifyAnswer): boolean {
  return sampled === 0 && intervals.length === 0
}

/** Prints the comparison for a person. */
export function showVerification(answer: VerifyAnswer, output: Output): void {
  const { style } = output
  const sample = strata
    .filter((stratum) => answer.strata[stratum] > 0)
    .map((stratum) => `${formatCount(answer.strata[stratum])} ${stratumWords[stratum]}`)
  output.line()
  output.line(style('Compared with Intercom', 'bold'))
  const drawn = sample.length === 0 ? '' : ` (${sample.join(', ')})`
  output.item(
    '',
    `${formatAmount(answer.sampled, 'conversation')}${drawn}; the same again with --seed ${answer.seed}`,
  )
  output.item(
    `${markOf(answer, style)} `,
    `${formatAmount(answer.compared, 'conversation')} and ${formatAmount(answer.messages_compared, 'message')} ` +
      `compared, ${formatAmount(answer.differences_total, 'difference')}; ` +
      `${formatAmount(answer.requests, 'request')} in ${formatSeconds(answer.duration_seconds)}`,
  )
  showIds('changed at Intercom since the last sync', answer.newer_at_intercom, output)
  showIds('deleted at Intercom since the last sync', answer.deleted_lately, output)
  showIds('not known to Intercom any more, since when is not said', answer.not_found_at_intercom, output)
  showIds('refused to this token (tickets need the permission "Read tickets")', answer.refused, output)
  showIds('whose latest thread is yet to be fetched', answer.without_thread, output)
  showIntervals(answer, output)
  showDifferences(answer, output)
}

const stratumWords: Record<Stratum, string> = {
  newest: 'newest',
  oldest: 'oldest',
  open: 'open',
  closed: 'closed',
  long: 'long',
  any: 'others',
}

/** Without a single one compared nothing speaks for what is stored. */
function markOf(answer: VerifyAnswer, style: Output['style']): string {
  if (!isVerified(answer)) return style('✗', 'red')
  return answer.compared === 0 ? style('!', 'yellow') : style('✓', 'green')
}

function showIds(what: string, ids: readonly string[], output: Output): void {
  if (ids.length === 0) return
  const more = ids.length > idsShown ? ` and ${formatCount(ids.length - idsShown)} more` : ''
  output.item(
    `${output.style('!', 'yellow')} `,
    `${formatCount(ids.length)} ${what}: ${ids.slice(0, idsShown).join(', ')}${more}`,
  )
}

const verdictWords: Record<IntervalCount['verdict'], string> = {
  equal: 'the same number at Intercom',
  missing: 'stored too few',
  deleted_lately: 'the rest was deleted since the last sync',
  surplus: 'more than Intercom shows: deleted there, or tickets that this token may not read',
}

function showIntervals({ intervals }: VerifyAnswer, output: Output): void {
  const { style } = output
  for (const { from, to, stored, at_intercom, verdict, missing_ids } of intervals) {
    const mark =
      verdict === 'equal'
        ? style('✓', 'green')
        : verdict === 'missing'
          ? style('✗', 'red')
          : style('!', 'yellow')
    const there = verdict === 'equal' ? '' : `, ${formatCount(at_intercom)} at Intercom`
    output.item(
      `${mark} `,
      `Created ${formatTime(from)} to ${formatTime(to)} UTC: ${formatCount(stored)} stored${there}: ${verdictWords[verdict]}`,
    )
    showIds('missing here', missing_ids, output)
  }
}

function showDifferences({ differences, differences_total }: VerifyAnswer, output: Output): void {
  if (differences.length === 0) return
  output.line()
  const show = (value: string | null, columns: number) =>
    cutVisible(value === null ? '(none)' : asPlainLine(value), columns)
  const columns = columnsOfValue(differences, output)
  output.table(
    ['conversation', 'field', 'stored', 'at Intercom'],
    differences.map((found) => [
      asPlainLine(found.conversation_id),
      asPlainLine(found.field),
      show(found.stored, columns),
      show(found.at_intercom, columns),
    ]),
  )
  const more = differences_total - differences.length
  if (more > 0) output.line(`… and ${formatCount(more)} more`)
}

/** Narrower, and values would be told by their first letters. */
const leastColumnsOfValue = 16

/** Half of what a terminal has left beside the other columns; elsewhere all of a value is shown. */
function columnsOfValue(differences: readonly ConversationDifference[], { lineWidth }: Output): number {
  const widest = (texts: string[]) => Math.max(...texts.map((text) => visibleLength(asPlainLine(text))))
  const ids = widest(['conversation', ...differences.map((found) => found.conversation_id)])
  const fields = widest(['field', ...differences.map(({ field }) => field)])
  return Math.max(leastColumnsOfValue, Math.floor((lineWidth - ids - fields - 6) / 2))
}
