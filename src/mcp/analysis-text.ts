import type {
  AnalysisAnswer,
  Backlog,
  Compared,
  Distribution,
  PerformanceBody,
  PerformanceFigures,
  SatisfactionBody,
  SatisfactionFigures,
} from '../domain/analysis-answers'
import { countOf, freshnessLine, joinParts, oneLine, shortTime } from './answer-text'
import { describeSeconds, describeShare } from './figure-words'
import { sentimentLines, topicLines } from './text-analysis-text'

/** An analysis in lines: what it is about, totals, groups, what they mean and rest on. */
export function describeAnalysis(answer: AnalysisAnswer): string {
  const { timeframe, compared_to: then, definitions, notes } = answer
  const about = joinParts(
    [timeframe?.label ?? 'everything stored', then && `compared with ${then.label}`],
    '; ',
  )
  return [
    `${answer.analysis_type} of ${about}.`,
    ...bodyLines(answer),
    ...Object.entries(definitions).map(([name, meaning]) => `Meaning of ${name}: ${meaning}`),
    ...notes.map((note) => `Note: ${oneLine(note)}`),
    freshnessLine(answer.freshness),
  ].join('\n')
}

function bodyLines(answer: AnalysisAnswer): string[] {
  switch (answer.analysis_type) {
    case 'performance_metrics':
      return performanceLines(answer)
    case 'customer_satisfaction':
      return satisfactionLines(answer)
    case 'sentiment_trends':
      return sentimentLines(answer)
    case 'topic_analysis':
      return topicLines(answer)
  }
}

function performanceLines({ totals, busiest, groups }: PerformanceBody): string[] {
  const busy = (times: { label: string; count: number }[]) =>
    times
      .slice(0, 3)
      .map(({ label, count }) => `${label} (${count})`)
      .join(', ')
  return [
    ...performanceFigureLines(totals),
    `Backlog now: ${describeBacklog(totals.backlog)}`,
    ...totals.backlog.longest_waiting.map(
      ({ id, waiting_since: since, waiting_seconds: seconds }) =>
        `- id ${id} waits ${describeSeconds(seconds)}, since ${shortTime(since)} UTC`,
    ),
    ...(busiest.hours.length > 0
      ? [`Busiest hours: ${busy(busiest.hours)}; weekdays: ${busy(busiest.weekdays)}.`]
      : []),
    ...groups.map((group) => {
      const changed = group.previous ? ` (before: ${briefPerformance(group.previous)})` : ''
      const backlog =
        group.backlog.open === null ? 'backlog unknown' : `backlog ${describeBacklog(group.backlog)}`
      return `${group.dimension} ${oneLine(group.label)}: ${briefPerformance(group)}; ${backlog}${changed}`
    }),
  ]
}

const durations = {
  first_response_seconds: 'First response',
  office_hours_response_seconds: 'First response in office hours (Intercom)',
  time_to_first_close_seconds: 'Time to first close',
  time_to_last_close_seconds: 'Time to last close',
  office_hours_first_close_seconds: 'Time to first close in office hours (Intercom)',
  office_hours_last_close_seconds: 'Time to last close in office hours (Intercom)',
} as const

function performanceFigureLines(totals: Compared<PerformanceFigures>): string[] {
  const { previous } = totals
  const numbers = (figures: Partial<PerformanceFigures>) =>
    joinParts(
      [
        `${figures.volume ?? 0} conversations`,
        `${describeShare(figures.resolution_rate)} closed now`,
        `${describeShare(figures.reopen_rate)} of ${figures.ever_closed ?? 0} ever closed were reopened`,
        `replies per conversation: ${describeNumbers(figures.replies_per_conversation, String)}`,
        figures.outbound_without_customer !== 0 &&
          `${figures.outbound_without_customer} outbound without a customer's message, left out of the times`,
      ],
      '; ',
    )
  const names = Object.keys(durations) as (keyof typeof durations)[]
  return [
    `Totals: ${numbers(totals)}.`,
    ...(previous ? [`Before: ${numbers(previous)}.`] : []),
    ...names
      .filter((name) => totals[name].count > 0 || (previous?.[name]?.count ?? 0) > 0)
      .map((name) => {
        const before = previous
          ? `; before: ${describeNumbers(previous[name], describeSeconds)}${describeChange(totals[name], previous[name])}`
          : ''
        return `${durations[name]}: ${describeNumbers(totals[name], describeSeconds)}${before}.`
      }),
  ]
}

function describeNumbers(found: Distribution | undefined, inWords: (value: number) => string): string {
  if (!found || found.median === null || found.mean === null || found.p90 === null) return 'none'
  return `median ${inWords(found.median)}, mean ${inWords(found.mean)}, p90 ${inWords(found.p90)} (${found.count})`
}

function describeChange(now: Distribution, then: Distribution | undefined): string {
  if (now.median === null || !then?.median) return ''
  const percent = Math.round(((now.median - then.median) / then.median) * 100)
  return ` (median ${percent > 0 ? '+' : ''}${percent} %)`
}

function briefPerformance(figures: Partial<PerformanceFigures>): string {
  const response = figures.first_response_seconds
  return joinParts(
    [
      countOf(figures.volume ?? 0, 'conversation'),
      response?.median != null &&
        `first response median ${describeSeconds(response.median)}, p90 ${describeSeconds(response.p90 ?? 0)} (${response.count})`,
      figures.resolution_rate != null && `${describeShare(figures.resolution_rate)} closed`,
      figures.reopen_rate != null && `${describeShare(figures.reopen_rate)} reopened`,
    ],
    '; ',
  )
}

function describeBacklog({ open, snoozed }: Backlog): string {
  return joinParts([`${open ?? 'unknown'} open`, snoozed !== null && `${snoozed} snoozed`], ', ')
}

function satisfactionLines({ totals, remarks, remarks_total: all, groups }: SatisfactionBody): string[] {
  return [
    `Totals: ${briefSatisfaction(totals)}.`,
    ...(totals.previous ? [`Before: ${briefSatisfaction(totals.previous)}.`] : []),
    ...groups.map((group) => {
      const changed = group.previous ? ` (before: ${briefSatisfaction(group.previous)})` : ''
      return `${group.dimension} ${oneLine(group.label)}: ${briefSatisfaction(group)}${changed}`
    }),
    ...(all > 0 ? [`${remarks.length} of ${countOf(all, 'remark')}, lowest rating first:`] : []),
    ...remarks.map(
      ({ id, rating, remark }) =>
        `- id ${id}, ${rating === null ? 'no rating' : `rated ${rating}/5`}: ${JSON.stringify(oneLine(remark))}`,
    ),
  ]
}

function briefSatisfaction(figures: Partial<SatisfactionFigures>): string {
  const { asked = 0, rated = 0, mean, csat, distribution } = figures
  return joinParts(
    [
      `${asked} asked, ${rated} rated (${describeShare(figures.response_rate)})`,
      mean != null && `mean ${mean}, CSAT ${describeShare(csat)}`,
      rated > 0 &&
        distribution &&
        `ratings ${Object.entries(distribution)
          .map(([score, count]) => `${score}: ${count}`)
          .join(', ')}`,
    ],
    '; ',
  )
}
