import { describe, expect, it } from 'vitest'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { createRandom } from '../../src/simulator/generate/random'
import { createSampleStore, now } from './sample-store'

const slots = {
  thing: ['parcel', 'invoice', 'subscription', 'kettle', 'bicycle', 'ticket', 'refund', 'lamp', 'account'],
  state: ['late', 'broken', 'missing', 'wrong', 'empty', 'too small', 'not mine', 'still open'],
  place: ['the office', 'my old address', 'the shop in Galway', 'my neighbour', 'the airport', 'a warehouse'],
  time: ['on Monday', 'two weeks ago', 'this morning', 'before the holidays', 'in March', 'last night'],
  wish: ['send me another one', 'give me my money back', 'call me', 'cancel the order', 'check it again'],
}
type Slot = keyof typeof slots

const sentences = [
  'the thing that I ordered time is state and I would like you to wish',
  'it went to place time although the thing was meant for me',
  'can you tell me why my thing is state when it was at place time',
  'I wrote to you time about the thing at place and nobody did wish',
  'could you please wish because the thing from place is state',
]

/** Dialogues of a small shop's customers: few words, used again and again, so that only their order tells. */
function createDialogues(count: number): string[][] {
  const random = createRandom(20_260_617)
  const fill = (sentence: string) =>
    sentence.replace(/\b(thing|state|place|time|wish)\b/g, (slot) => {
      const choices = slots[slot as Slot]
      return choices[random.int(choices.length)] ?? ''
    })
  const say = () => fill(sentences[random.int(sentences.length)] ?? '')
  return Array.from({ length: count }, () => [
    `Hello, ${say()}.`,
    'Thank you for writing to us, we look into it and come back to you.',
    `I see, but ${say()}, and ${say()}!`,
    'The conversation with the customer team goes on tomorrow, is there anything else?',
    `No, only that ${say()}.`,
  ])
}

const frames = [
  (said: string) => `find the conversation where the customer said ${said}`,
  (said: string) => `which customer told us that ${said}?`,
  (said: string) => `I am looking for a chat in which somebody wrote something like ${said}, thanks`,
  (said: string) => `${said}, an angry person asked for that, wherever it may be`,
]

describe('a sentence that a customer wrote', () => {
  it('leads to its conversation among the first five, with filler words around it', async () => {
    const dialogues = createDialogues(400)
    const store = await createSampleStore(
      dialogues.map((texts, index) => ({ id: String(1000 + index), daysAgo: 1 + index / 10, texts })),
    )
    const random = createRandom(7)
    const missed: string[] = []
    const asked = 80
    for (let turn = 0; turn < asked; turn++) {
      const said = dialogues[random.int(dialogues.length)]?.[4]?.slice('No, only that '.length, -1) ?? ''
      const query = frames[turn % frames.length]?.(said) ?? ''
      const context = { now, timezone: null, cursors: createSearchCursors() }
      const { conversations } = await searchConversations(store, { query, limit: 5 }, context)
      const found = conversations.some(({ id }) => dialogues[Number(id) - 1000]?.join(' ').includes(said))
      if (!found) missed.push(query)
    }
    expect(missed.length).toBeLessThanOrEqual(asked / 10)
  })
})
