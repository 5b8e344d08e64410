import type { LanguagePack } from '../content/language-pack'
import { languagePacks } from '../content/languages'
import * as phrases from '../content/phrases'
import type { Topic } from '../content/topic'
import { topics } from '../content/topics'
import { markupToHtml } from './html'
import type { People } from './people'
import { createRandom, mixSeeds, type Random } from './random'
import { createSlots, type FillSlots } from './slots'
import type { Staff } from './staff'
import type { Story, StoryEvent } from './story'

/** Puts a story into words. The same story gives the same words every time. */
export interface Writer {
  opening(story: Story): { subject: string; body: string; title: string }
  /** HTML of one part. */
  body(story: Story, event: StoryEvent): string
  /** Text of a rating's remark. */
  remark(story: Story, score: number, admin: number): string
}

interface Voice {
  topic: Topic
  pack: LanguagePack | null
  fill: FillSlots
}

/** Words from the topics' sentences, in the customer's language. */
export function createWriter(seed: number, staff: Staff, people: People): Writer {
  // A thread is written part by part, each part asking for the same voice.
  let held: { index: number; contact: number; voice: Voice } | null = null

  function voiceOf(story: Story): Voice {
    if (held?.index === story.index && held.contact === story.contact) return held.voice
    const person = people.record(story.contact)
    const fill = createSlots({
      person,
      company: person.company === null ? null : people.company(person.company).name,
      brand: staff.brand,
      domain: staff.domain,
      seed: mixSeeds(seed, 42, story.index),
    })
    const pack = person.language === 'en' ? null : languagePacks[person.language]
    const voice = { topic: topics[story.topic] as Topic, pack, fill }
    held = { index: story.index, contact: story.contact, voice }
    return voice
  }

  const nameOf = (admin: number) => (staff.admins[admin]?.name ?? staff.brand).split(' ')[0] ?? ''
  // Salutations name somebody of the team even in a customer's own words.
  const agentFor = (story: Story) => nameOf(story.index % (staff.admins.length - 1))

  return {
    opening: (story) => {
      const voice = voiceOf(story)
      const random = createRandom(mixSeeds(seed, 43, story.index))
      const agent = typeof story.by === 'number' ? nameOf(story.by) : agentFor(story)
      const title = voice.fill(random.pick(voice.topic.titles), agent)
      const markup = story.by === 'contact' ? writeOpening(voice, story, random) : writeOutreach(random)
      return {
        title,
        subject: story.channel === 'email' ? title : '',
        body: markupToHtml(voice.fill(markup, agent)),
      }
    },
    body: (story, event) => {
      const voice = voiceOf(story)
      const random = createRandom(mixSeeds(seed, 44, story.index * 4096 + event.number))
      const agent = typeof event.by === 'number' ? nameOf(event.by) : agentFor(story)
      return markupToHtml(voice.fill(writePart(voice, story, event, random), agent))
    },
    remark: (story, score, admin) => {
      const random = createRandom(mixSeeds(seed, 45, story.index))
      return voiceOf(story).fill(random.pick(phrases.ratingRemarks[score - 1] ?? ['OK.']), nameOf(admin))
    },
  }
}

function writeOpening({ topic, pack }: Voice, story: Story, random: Random): string {
  if (pack !== null) {
    const sentences = pack.openings[topic.key] ?? pack.openings.general ?? []
    const mood = random.chance(0.8) ? random.pick(pack.moods[story.mood] ?? ['']) : ''
    return join([random.pick(pack.greetings), random.pick(sentences), mood])
  }
  const greeting = random.pick(phrases.customerGreetings)
  const details = random.chance(0.65) ? random.pick(topic.details) : ''
  const more = random.chance(0.2) ? random.pick(topic.details) : ''
  const mood = random.chance(0.75) ? random.pick(phrases.moodSentences[story.mood] ?? ['']) : ''
  const first = join([random.pick(topic.openings), details])
  const second = join([more === details ? '' : more, mood])
  const formal = story.channel === 'email' && random.chance(0.7)
  const text = formal ? `${greeting}\n\n${first}\n\n${second}` : join([greeting, first, second])
  return formal ? `${text}\n\n${random.pick(phrases.signOffs)}` : text
}

const outreach = [
  'Hi {first}, how is the start with {brand} going? If anything is unclear, just reply to this message.',
  'Hi {first}, your trial of the {plan} plan ends on {date}. Shall we have a short call?',
  'New in {brand}: bulk actions, a faster search and a better calendar.\n\n[Read what is new]({url})',
  'We would like to hear your opinion, {first}: what should we improve first?',
]

function writeOutreach(random: Random): string {
  return random.pick(outreach)
}

function writePart(voice: Voice, story: Story, event: StoryEvent, random: Random): string {
  const { topic, pack } = voice
  switch (event.say) {
    case 'follow-up': {
      const mood = random.chance(0.3)
        ? random.pick((pack?.moods ?? phrases.moodSentences)[story.mood] ?? [''])
        : ''
      return join([random.pick(pack?.followUps ?? topic.followUps), mood])
    }
    case 'thanks':
      // Being helped cheers people up.
      return random.pick(
        pack?.thanks ?? phrases.thanks[Math.min(4, story.mood + random.int(2))] ?? ['Thanks.'],
      )
    case 'question':
      return writeReply(pack?.answers ?? topic.answers, pack !== null, story, random, true)
    case 'answer':
      return writeReply(pack?.answers ?? topic.answers, pack !== null, story, random, false)
    case 'solution':
      return writeReply(pack?.solutions ?? topic.solutions, pack !== null, story, random, false)
    case 'goodbye':
      return random.pick(pack?.goodbyes ?? phrases.goodbyes)
    case 'nudge':
      return random.pick(phrases.nudges)
    case 'complaint':
      return join([
        random.pick(pack?.complaints ?? phrases.complaints),
        random.pick(pack?.followUps ?? topic.followUps),
      ])
    case 'note':
      return random.pick(random.chance(0.6) ? topic.notes : phrases.generalNotes)
    case 'ai-answer':
      return random.pick(pack?.ai ?? topic.ai)
    case 'ai-reject':
      return random.pick(phrases.aiRejections)
    case 'handoff':
      return random.pick(phrases.handoffs)
    default:
      return ''
  }
}

function writeReply(
  sentences: readonly string[],
  foreign: boolean,
  story: Story,
  random: Random,
  first: boolean,
): string {
  const text = random.pick(sentences)
  if (foreign) return text
  const sorry = story.mood <= 1 && random.chance(first ? 0.7 : 0.2) ? random.pick(phrases.apologies) : ''
  const greeting = first ? random.pick(phrases.agentGreetings) : ''
  const ending = random.pick(phrases.agentEndings)
  const parts = [join([greeting, sorry]), text, ending].filter((part) => part !== '')
  return random.chance(0.5) || text.includes('\n') ? parts.join('\n\n') : parts.join(' ')
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}
