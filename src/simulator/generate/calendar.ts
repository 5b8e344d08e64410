import { createRandom, mixSeeds } from './random'
import type { Zone } from './zone'

/** How busy each hour is and what people write about on each day. */
export interface Calendar {
  start: number
  end: number
  /** The instant before which the given share of all conversations (0 to 1) was opened. */
  timeAt(share: number): number
  /** Topic number for a conversation opened at that instant; `point` is in [0, 1). */
  topicAt(seconds: number, point: number): number
}

export interface CalendarTopic {
  /** Usual share of the volume, relative to the other topics. */
  weight: number
  /** `spike` topics are all but silent outside a few bad days. */
  shape: 'wave' | 'spike'
}

const hourSeconds = 3600
const daySeconds = 86_400

// Share of a day's volume by local hour: quiet nights, a peak before and one after lunch.
const hourCurve = [2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 24, 23, 18, 19, 22, 21, 19, 15, 11, 9, 8, 7, 5, 3]
// Sunday first.
const weekdayCurve = [0.3, 1.15, 1.05, 1, 0.98, 0.9, 0.35]

/** Deterministic from the seed: waves of topics, a few bad days, slow growth, nights and weekends. */
export function createCalendar(
  seed: number,
  span: { now: number; days: number },
  zone: Zone,
  topics: readonly CalendarTopic[],
): Calendar {
  const start = span.now - span.days * daySeconds
  const topicShares = planTopics(seed, span.days, topics)
  const hours = span.days * 24
  const cumulative = new Float64Array(hours + 1)
  const random = createRandom(mixSeeds(seed, 11))
  const growth = 0.8 + random.next() * 0.6
  for (let hour = 0; hour < hours; hour++) {
    const at = start + hour * hourSeconds
    const { hour: localHour, weekday } = zone.clockAt(at)
    const day = Math.floor(hour / 24)
    const trend = 1 + (growth - 1) * (hour / hours)
    const busy = (topicShares[day] as DayShares).volume
    const weight = (hourCurve[localHour] ?? 1) * (weekdayCurve[weekday] ?? 1) * trend * busy
    cumulative[hour + 1] = (cumulative[hour] as number) + weight
  }
  const total = cumulative[hours] as number

  return {
    start,
    end: span.now,
    timeAt: (share) => {
      const target = share * total
      let low = 0
      let high = hours - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((cumulative[middle] as number) <= target) low = middle
        else high = middle - 1
      }
      const from = cumulative[low] as number
      const width = (cumulative[low + 1] as number) - from
      return Math.floor(start + (low + (width > 0 ? (target - from) / width : 0)) * hourSeconds)
    },
    topicAt: (seconds, point) => {
      const day = Math.min(span.days - 1, Math.max(0, Math.floor((seconds - start) / daySeconds)))
      const shares = (topicShares[day] as DayShares).cumulative
      const target = point * (shares[shares.length - 1] as number)
      let topic = 0
      while (topic < shares.length - 1 && (shares[topic] as number) <= target) topic++
      return topic
    },
  }
}

interface DayShares {
  volume: number
  /** Running sum of the topics' weights. */
  cumulative: number[]
}

/** Each topic has a tide of its own; most have one surge, spike topics two or three sharp ones. */
function planTopics(seed: number, days: number, topics: readonly CalendarTopic[]): DayShares[] {
  const random = createRandom(mixSeeds(seed, 12))
  const plans = topics.map((topic) => ({
    topic,
    base: topic.weight * (0.6 + random.next() * 0.8),
    period: 9 + random.next() * 25,
    phase: random.next() * Math.PI * 2,
    swing: 0.25 + random.next() * 0.4,
    surges: Array.from({ length: topic.shape === 'spike' ? 2 + random.int(2) : 1 }, () => ({
      day: random.next() * days,
      width: topic.shape === 'spike' ? 0.5 : 1.5 + random.next() * 3,
      height: topic.shape === 'spike' ? 9 + random.next() * 8 : random.next() * 1.6,
    })),
  }))
  const usual = plans.reduce((sum, plan) => sum + plan.base, 0)
  return Array.from({ length: days }, (_, day) => {
    let sum = 0
    const cumulative = plans.map((plan) => {
      const quiet = plan.topic.shape === 'spike' ? 0.15 : 1
      let weight =
        plan.base * quiet * (1 + plan.swing * Math.sin((day / plan.period) * Math.PI * 2 + plan.phase))
      for (const surge of plan.surges) {
        const distance = (day + 0.5 - surge.day) / surge.width
        weight += plan.base * surge.height * Math.exp(-distance * distance)
      }
      sum += weight
      return sum
    })
    return { volume: (0.5 + (0.5 * sum) / usual) * (0.85 + random.next() * 0.3), cumulative }
  })
}
