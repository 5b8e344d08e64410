import type { Priority } from '../../domain/conversation'
import type { Topic } from '../content/topic'
import { topics } from '../content/topics'
import type { Calendar } from './calendar'
import type { People } from './people'
import { createPlot } from './plot'
import { createRandom, mixSeeds, pickWeighted, type Random } from './random'
import { generalTags, pickTeammate, type Staff, tagNumber } from './staff'
import type { Story, StoryTag } from './story'
import type { Zone } from './zone'

/** Decides what happens in conversation number `index`: cheap, without words, the same each time. */
export type Storyteller = (index: number) => Story

interface Setting {
  seed: number
  size: number
  calendar: Calendar
  people: People
  staff: Staff
  zone: Zone
  /** Conversation that gets a thread of this many parts, to show Intercom's cut at 500. */
  long?: { index: number; parts: number }
}

const channels = ['conversation', 'email', 'whatsapp', 'facebook', 'sms', 'instagram']
const channelShares = [62, 27, 5, 3, 2, 1]
const moodShares = [8, 18, 45, 22, 7]

/** Stories of an invented support desk. */
export function createStoryteller(setting: Setting): Storyteller {
  const { seed, size, calendar, people, staff } = setting
  return (index) => {
    const random = createRandom(mixSeeds(seed, 51, index))
    const createdAt = Math.min(calendar.end - 1, calendar.timeAt((index + random.next()) / size))
    const topicNumber = calendar.topicAt(createdAt, random.next())
    const topic = topics[topicNumber] as Topic
    const deliveredAs = pickDelivery(random)
    const inbound = deliveredAs === 'customer_initiated'
    const mood = pickMood(random, topic)
    const story: Story = {
      index,
      createdAt,
      touchedAt: 0,
      contact: people.pick(random),
      topic: topicNumber,
      mood,
      channel: channels[pickWeighted(channelShares, random.next())] ?? 'conversation',
      deliveredAs,
      by: inbound
        ? 'contact'
        : deliveredAs === 'automated'
          ? 'bot'
          : pickTeammate(staff, random, 5, createdAt),
      events: [],
      tags: [],
      rating: null,
      ai: null,
      priority: pickPriority(random, topic, mood),
      sla: null,
      read: random.chance(0.92),
      linked: [],
    }
    createPlot(story, random, setting.zone, staff, calendar.end).tell(
      setting.long?.index === index ? setting.long.parts : null,
    )
    story.tags = pickTags(story, random, staff).filter((tag) => tag.at <= calendar.end)
    return story
  }
}

function pickDelivery(random: Random): string {
  const point = random.next()
  if (point < 0.91) return 'customer_initiated'
  if (point < 0.94) return 'admin_initiated'
  if (point < 0.97) return 'automated'
  return point < 0.99 ? 'operator_initiated' : 'campaigns_initiated'
}

function pickMood(random: Random, topic: Topic): number {
  const mood = pickWeighted(moodShares, random.next())
  const drift = random.chance(Math.abs(topic.moodBias % 1)) ? Math.sign(topic.moodBias) : 0
  // Nobody is delighted about a parcel that got lost.
  const best = topic.moodBias < 0 ? 3 : 4
  return Math.min(best, Math.max(0, mood + Math.trunc(topic.moodBias) + drift))
}

function pickPriority(random: Random, topic: Topic, mood: number): Priority {
  if (topic.key === 'outage') return random.pick(['high', 'urgent'])
  if (mood === 0 && random.chance(0.4)) return 'high'
  return random.chance(0.85) ? 'none' : random.pick(['low', 'medium', 'high'])
}

function pickTags(story: Story, random: Random, staff: Staff): StoryTag[] {
  const replies = story.events.filter((event) => typeof event.by === 'number')
  const reply = replies.length > 0 ? random.pick(replies) : undefined
  if (reply === undefined) return []
  const tags: StoryTag[] = []
  const add = (tag: number) => {
    if (!tags.some((held) => held.tag === tag)) tags.push({ tag, at: reply.at, by: reply.by })
  }
  if (random.chance(0.6)) add(story.topic)
  if (story.mood === 0 && random.chance(0.5)) add(tagNumber(staff, 'churn-risk'))
  if (story.mood === 4 && random.chance(0.5)) add(tagNumber(staff, 'praise'))
  if (random.chance(0.15)) add(tagNumber(staff, random.pick(generalTags)))
  return tags
}
