import type { Check } from '../../src/cli/doctor/check'
import type { ForceSyncAnswer } from '../../src/domain/answers'
import type { VerifyAnswer } from '../../src/domain/verification'
import type { Observations, StepTraffic } from './observations'
import { compareShapes, type Shapes } from './shapes'

export interface LiveRun {
  startedAt: string
  host: string
  versions: string
  steps: { name: string; code: number | null; seconds: number; stderr: string }[]
  firstSync: ForceSyncAnswer | null
  secondSync: ForceSyncAnswer | null
  diagnosis: { checks: Check[]; verification: VerifyAnswer | null } | null
  /** Warnings and errors of the program's log, each with how often it came. */
  logged: Map<string, number>
  seen: Observations
  /** What the simulator sends and does when the same is asked of it. */
  simulated: Pick<Observations, 'shapes' | 'words' | 'counts'>
}

/** The run as Markdown. It holds names of fields, ids, counts and times, and no text of anybody. */
export function writeReport(run: LiveRun): string {
  const sections = [
    `# fast-intercom-mcp against ${run.host}, ${run.startedAt}`,
    run.versions,
    '## Where it differs from the simulator',
    list(findSurprises(run)),
    '## Steps',
    table(
      ['step', 'exit', 'seconds', 'requests', '429', '404', 'other errors', 'p50 ms', 'p95 ms', 'slowest ms'],
      run.steps.map(({ name, code, seconds }) => [
        name,
        String(code),
        seconds.toFixed(1),
        ...describeTraffic(run.seen.steps.get(name)),
      ]),
    ),
    ...run.steps
      .filter(({ code }) => code !== 0)
      .map(({ name, stderr }) => `${name} said: ${stderr.trim().split('\n').at(-1) ?? ''}`),
    `First sync: ${describeSync(run.firstSync)}. Second sync: ${describeSync(run.secondSync)}.`,
    '### Requests by endpoint',
    table(
      ['step', 'endpoint', 'requests'],
      run.steps.flatMap(({ name }) =>
        [...(run.seen.steps.get(name)?.byEndpoint ?? [])].map(([endpoint, count]) => [
          name,
          endpoint,
          String(count),
        ]),
      ),
    ),
    '## Doctor',
    table(
      ['check', 'verdict', 'finding'],
      (run.diagnosis?.checks ?? []).map(({ id, verdict, finding }) => [
        id,
        verdict,
        // It names the workspace and a person.
        id === 'token_accepted' && verdict === 'ok' ? 'yes' : finding,
      ]),
    ),
    '## Comparison',
    ...describeVerification(run.diagnosis?.verification ?? null),
    '## Rate limit',
    describeRateLimit(run.seen),
    '## Searches',
    table(
      ['asked', 'total_count first', 'last', 'read', 'to the end'],
      run.seen.searches.map(({ asked, firstTotal, lastTotal, read, isWhole, isCount }) => [
        asked,
        String(firstTotal),
        String(lastTotal),
        isCount ? '(count only)' : String(read),
        isWhole ? 'yes' : 'no',
      ]),
    ),
    '## Seen',
    list([...run.seen.counts].map(([what, count]) => `${count} ${what}`)),
    '## Words',
    ...[...run.seen.words].map(
      ([name, words]) =>
        `${name}: ${[...words]
          .toSorted((a, b) => b[1] - a[1])
          .map(([word, count]) => `\`${word}\` ${count}`)
          .join(', ')}`,
    ),
    '## Log',
    list([...run.logged].map(([line, count]) => `${count} × ${line}`)),
    '## Fields',
    ...describeShapes(run.seen.shapes, run.simulated.shapes),
  ]
  return `${sections.join('\n\n')}\n`
}

/** What the first reader should look at, most telling first. */
export function findSurprises({ seen, simulated, diagnosis, steps, logged }: LiveRun): string[] {
  const shapes = compareShapes(seen.shapes, simulated.shapes)
  const verification = diagnosis?.verification ?? null
  const surprises = steps
    .filter(({ code }) => code !== 0)
    .map(({ name, code }) => `${name} ended with ${code}`)
  const note = (count: number, words: string) => {
    if (count > 0) surprises.push(`${count} ${words}`)
  }
  note(verification?.differences_total ?? 0, 'differences between the store and Intercom')
  for (const { verdict, stored, at_intercom } of verification?.intervals ?? []) {
    if (verdict !== 'equal')
      surprises.push(
        `${stored} conversations stored in a covered timeframe, ${at_intercom} counted by Intercom (${verdict})`,
      )
  }
  for (const [what, count] of seen.counts) if (!simulated.counts.has(what)) note(count, what)
  const short = seen.searches.filter(
    ({ isCount, isWhole, read, lastTotal }) => !isCount && isWhole && read !== lastTotal,
  )
  note(short.length, 'searches that brought another number of hits than their total_count')
  for (const [list, words] of seen.words) {
    const known = simulated.words.get(list)
    const strange = [...words.keys()].filter((word) => !known?.has(word))
    if (strange.length > 0)
      surprises.push(
        `${list} that the simulator does not use: ${strange.map((word) => `\`${word}\``).join(', ')}`,
      )
  }
  note(shapes.unknown.length, 'fields that the simulator does not send')
  note(shapes.otherTypes.length, 'fields of another type than in the simulator')
  note(shapes.absent.length, 'fields that only the simulator sends')
  note(logged.size, 'kinds of warnings in the log')
  return surprises.length > 0 ? surprises : ['Nothing was found that the simulator does not do.']
}

function describeTraffic(traffic: StepTraffic | undefined): string[] {
  if (traffic === undefined) return []
  const { requests, byStatus, durationsMs } = traffic
  const sorted = durationsMs.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
  const others = [...byStatus].filter(([status]) => status >= 400 && status !== 429 && status !== 404)
  const counts = [requests, byStatus.get(429) ?? 0, byStatus.get(404) ?? 0]
  const errors = others.map(([status, count]) => `${status}: ${count}`).join(', ')
  return [...counts.map(String), errors || '0', ...[at(0.5), at(0.95), at(1)].map(String)]
}

function describeSync(answer: ForceSyncAnswer | null): string {
  if (answer === null) return 'no answer'
  return `${answer.conversations} conversations and ${answer.messages} messages in ${answer.duration_seconds} s`
}

function describeRateLimit({ rateLimits: { limits, lowestRemaining, resets } }: Observations): string {
  if (limits.size === 0) return 'No rate-limit headers were seen.'
  const times = [...resets].map(Number).toSorted((a, b) => a - b)
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  return (
    `X-RateLimit-Limit ${[...limits].join(', ')}; lowest Remaining ${lowestRemaining}; ` +
    `Reset moved on by ${[...new Set(steps)].join(', ') || 'nothing'} s.`
  )
}

/** Without the values, which are people's texts; `doctor --verify` shows them. */
function describeVerification(answer: VerifyAnswer | null): string[] {
  if (answer === null) return ['There was none.']
  const fields = new Map<string, string[]>()
  for (const { field, conversation_id } of answer.differences) {
    const name = field.replace(/\[[^\]]*\]/, '[…]')
    fields.set(name, [...(fields.get(name) ?? []), conversation_id])
  }
  return [
    `${answer.compared} of ${answer.sampled} conversations and ${answer.messages_compared} messages compared in ` +
      `${answer.duration_seconds} s, ${answer.requests} requests; seed ${answer.seed}.`,
    list([
      `${answer.differences_total} differences`,
      ...[...fields].map(([field, ids]) => `${field}: ${ids.length}, for instance in ${ids[0]}`),
      `${answer.newer_at_intercom.length} newer at Intercom, ${answer.deleted_lately.length} deleted lately, ` +
        `${answer.not_found_at_intercom.length} not found, ${answer.refused.length} refused, ` +
        `${answer.without_thread.length} without their thread`,
      ...answer.intervals.map(
        ({ from, to, stored, at_intercom, verdict, missing_ids }) =>
          `created ${from} to ${to}: ${stored} stored, ${at_intercom} at Intercom, ${verdict} ${missing_ids.join(' ')}`,
      ),
    ]),
  ]
}

function describeShapes(live: Shapes, simulated: Shapes): string[] {
  const { unknown, absent, otherTypes } = compareShapes(live, simulated)
  return [
    '### Not sent by the simulator',
    list(unknown.map((path) => `\`${path}\` (${[...(live.get(path) ?? [])].join(', ')})`)),
    '### Of another type',
    list(otherTypes),
    '### Sent by the simulator only',
    list(absent.map((path) => `\`${path}\``)),
  ]
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n')
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.'
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`
  return [row(headings), row(headings.map(() => '---')), ...rows.map(row)].join('\n')
}
