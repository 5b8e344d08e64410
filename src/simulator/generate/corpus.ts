import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { topics } from '../content/topics'
import type { Calendar } from './calendar'
import { markupToHtml } from './html'
import type { People } from './people'
import { createRandom, mixSeeds } from './random'
import type { Staff } from './staff'
import type { Story, StoryEvent } from './story'
import type { Storyteller } from './storyteller'
import type { Writer } from './writer'

/** A written dialogue of a corpus: who speaks and what is said. */
export interface Dialogue {
  id: string
  services: string[]
  turns: ['user' | 'agent', string][]
}

/** Reads gzipped JSON lines, one dialogue each. */
export async function loadDialogues(path: string): Promise<Dialogue[]> {
  const text = (await promisify(gunzip)(await readFile(path))).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Dialogue)
}

// A prime that is no divisor of a corpus's size visits every dialogue once before any comes again.
const stride = 7919

function dialogueOf(dialogues: readonly Dialogue[], index: number): Dialogue {
  return dialogues[(index * stride) % dialogues.length] as Dialogue
}

interface Setting {
  seed: number
  size: number
  calendar: Calendar
  people: People
  staff: Staff
  dialogues: readonly Dialogue[]
}

/** Stories that follow the dialogues turn by turn: the first turn opens, each other is a part, nothing is added. */
export function createCorpusStoryteller(setting: Setting): Storyteller {
  const { seed, size, calendar, people, staff, dialogues } = setting
  return (index) => {
    const random = createRandom(mixSeeds(seed, 71, index))
    const createdAt = Math.min(calendar.end - 1, calendar.timeAt((index + random.next()) / size))
    const { turns } = dialogueOf(dialogues, index)
    const admin = random.int(staff.admins.length - 1)
    const closes = random.chance(0.85)
    let at = createdAt
    const events = turns.slice(1).map(([speaker], position): StoryEvent => {
      at = Math.min(calendar.end, at + random.between(10, 600))
      const byAgent = speaker === 'agent'
      const last = position === turns.length - 2
      const assigns = byAgent && position === 0
      return {
        number: position,
        type: last && byAgent && closes ? 'close' : assigns ? 'assignment' : 'comment',
        at,
        updatedAt: at,
        by: byAgent ? admin : 'contact',
        say: 'turn',
        ...(assigns ? { assignTo: { admin } } : {}),
      }
    })
    return {
      index,
      createdAt,
      touchedAt: 0,
      contact: people.pick(random),
      topic: random.int(topics.length),
      mood: 2,
      channel: random.chance(0.7) ? 'conversation' : 'email',
      deliveredAs: 'customer_initiated',
      by: turns[0]?.[0] === 'agent' ? admin : 'contact',
      events,
      tags: [],
      rating: null,
      ai: null,
      priority: 'none',
      sla: null,
      read: true,
      linked: [],
    }
  }
}

/** The dialogues' own words, their longer numbers changed from conversation to conversation. */
export function createCorpusWriter(seed: number, dialogues: readonly Dialogue[], generated: Writer): Writer {
  const html = (story: Story, turn: number) => {
    const text = dialogueOf(dialogues, story.index).turns[turn]?.[1] ?? ''
    return markupToHtml(changeNumbers(text, mixSeeds(seed, 72, story.index)))
  }
  return {
    opening: (story) => {
      const title = dialogueOf(dialogues, story.index).services.join(', ').replaceAll('_', ' ')
      return { title, subject: story.channel === 'email' ? title : '', body: html(story, 0) }
    },
    // Parts that came by a change have words of another kind.
    body: (story, event) =>
      event.say === 'turn' ? html(story, event.number + 1) : generated.body(story, event),
    remark: generated.remark,
  }
}

function changeNumbers(text: string, seed: number): string {
  return text.replace(/\d{3,}/g, (run) => {
    // The same number stays the same all through a conversation.
    const random = createRandom(mixSeeds(seed, Number.parseInt(run.slice(-9), 10), run.length))
    const first = String(random.between(1, 9))
    return first + Array.from({ length: run.length - 1 }, () => random.int(10)).join('')
  })
}
