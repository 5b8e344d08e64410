import { describe, expect, it } from 'vitest'
import { replyOnlyWords } from '../../src/simulator/content/topic'
import { topics } from '../../src/simulator/content/topics'
import { createWorld, type World } from '../../src/simulator/world'
import { testNow } from '../helpers/simulator'

function testWorld(options: { seed?: string; size?: number; longThreadParts?: number } = {}): World {
  return createWorld({ size: 400, seed: 'test', now: testNow, ...options })
}

const wholeText = (world: World) => JSON.stringify([...world.conversations()])

describe('the same seed', () => {
  it('gives the same workspace down to the last word', () => {
    expect(wholeText(testWorld())).toBe(wholeText(testWorld()))
  })

  it('gives the same conversation whether it is read first or last', () => {
    const one = testWorld()
    const other = testWorld()
    const id = one.ids()[37] ?? ''
    const readAtOnce = one.conversation(id)
    wholeText(other)
    expect(other.conversation(id)).toEqual(readAtOnce)
  })
})

describe('another seed', () => {
  it('gives another company, other customers, other counts', () => {
    const one = testWorld({ seed: 'one' })
    const two = testWorld({ seed: 'two' })
    const parts = (world: World) =>
      [...world.conversations()].reduce((sum, { conversation_parts: list }) => sum + list.total_count, 0)
    expect(one.workspace.idCode).not.toBe(two.workspace.idCode)
    expect(one.ids()[0]).not.toBe(two.ids()[0])
    expect(parts(one)).not.toBe(parts(two))
    const shared = new Set(one.ids().map((id) => one.messages(id)[0]?.text))
    const repeated = two.ids().filter((id) => shared.has(two.messages(id)[0]?.text))
    expect(repeated.length).toBeLessThan(8)
  })
})

describe('a world', () => {
  const world = testWorld()
  const threads = [...world.conversations()]

  it.each([50, 120, 400])('holds exactly the %i conversations asked for', (size) => {
    const sized = testWorld({ size })
    expect(sized.count()).toBe(size)
    expect(new Set(sized.ids()).size).toBe(size)
  })

  it('lies inside the days asked for', () => {
    const start = testNow - 60 * 86_400
    const times = threads.flatMap((thread) => [
      thread.created_at,
      thread.updated_at,
      ...thread.conversation_parts.conversation_parts.map((part) => part.created_at),
    ])
    expect(times.filter((time) => time < start || time > testNow)).toEqual([])
  })

  it('has at least twelve topics, each in fashion at times of its own', () => {
    const big = testWorld({ size: 3000 })
    const halves = topics.map(() => [0, 0])
    for (let index = 0; index < 3000; index++) {
      const story = big.story(index)
      const half = story.createdAt < testNow - 30 * 86_400 ? 0 : 1
      const counts = halves[story.topic] ?? [0, 0]
      counts[half] = (counts[half] ?? 0) + 1
    }
    expect(topics.length).toBeGreaterThanOrEqual(12)
    expect(halves.every(([early = 0, late = 0]) => early + late > 20)).toBe(true)
    const shifted = halves.filter(([early = 0, late = 0]) => early > 1.5 * late || late > 1.5 * early)
    expect(shifted.length).toBeGreaterThanOrEqual(3)
  })

  it('has angry and delighted customers, and people of several languages', () => {
    const stories = world.ids().map((_, index) => world.story(index))
    expect(new Set(stories.map(({ mood }) => mood))).toEqual(new Set([0, 1, 2, 3, 4]))
    const languages = new Set(stories.map(({ contact }) => world.stage.people.language(contact)))
    for (const language of ['en', 'de', 'fr', 'es', 'ja'] as const) expect(languages).toContain(language)
    const text = world.ids().map((id) => world.messages(id)[0]?.text)
    expect(text.some((opening) => /\p{Script=Hiragana}/u.test(opening ?? ''))).toBe(true)
  })

  it('has threads from none to about forty parts, notes, bots, reopened and snoozed ones', () => {
    const lengths = threads.map(({ conversation_parts: list }) => list.total_count)
    expect(Math.min(...lengths)).toBe(0)
    expect(Math.max(...lengths)).toBeGreaterThan(25)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(40)
    const parts = threads.flatMap(({ conversation_parts: list }) => list.conversation_parts)
    const types = new Set(parts.map((part) => part.part_type))
    for (const type of ['comment', 'note', 'assignment', 'close', 'open', 'snoozed'])
      expect(types).toContain(type)
    expect(parts.some(({ author }) => author.from_ai_agent)).toBe(true)
    expect(parts.some(({ attachments }) => attachments.length > 0)).toBe(true)
    expect(parts.some(({ body }) => body?.includes('<ul><li>'))).toBe(true)
    expect(parts.some(({ body }) => body?.includes('<img src='))).toBe(true)
    expect(threads.some(({ conversation_rating: rating }) => rating?.remark != null)).toBe(true)
  })

  it('keeps some words for replies', () => {
    const openings = world.ids().map((id) => world.messages(id)[0]?.text.toLowerCase() ?? '')
    for (const word of replyOnlyWords) {
      expect(openings.filter((text) => text.includes(word))).toEqual([])
      expect(world.findByWord(word).length).toBeGreaterThan(0)
    }
  })

  it('has a dozen admins, one of whom is gone but not forgotten', () => {
    const { admins, teams } = world.stage.staff
    expect(admins.length).toBeGreaterThanOrEqual(12)
    expect(teams.length).toBeGreaterThanOrEqual(6)
    const gone = admins.filter(({ deleted }) => deleted)
    expect(gone).toHaveLength(1)
    const authors = threads.flatMap(({ conversation_parts: list }) =>
      list.conversation_parts.map(({ author }) => author.id),
    )
    expect(authors).toContain(gone[0]?.id)
  })

  it('makes one thread as long as asked for, of which the newest 500 parts are sent', () => {
    const long = testWorld({ longThreadParts: 620 })
    const thread = long.conversation(long.longThreadId ?? '')
    expect(thread?.conversation_parts.total_count).toBe(620)
    expect(thread?.conversation_parts.conversation_parts).toHaveLength(500)
    expect(thread?.conversation_parts.conversation_parts.at(-1)?.created_at).toBe(thread?.updated_at)
  })
})
