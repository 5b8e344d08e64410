import { describe, expect, it } from 'vitest'
import {
  fromMostNegativeSentence,
  judgeConversation,
  movementOf,
} from '../../src/text/conversation-sentiment'

describe('sentiment of a conversation', () => {
  it('is that of the messages with feeling; information between them does not dilute it', () => {
    const alone = judgeConversation(['The frame is cracked.'])
    const amongOthers = judgeConversation([
      'Hello',
      'The frame is cracked.',
      'Order 4411',
      'It is the red one.',
    ])
    expect(alone?.score).toBeLessThan(-0.5)
    expect(amongOthers?.score).toBe(alone?.score)
    expect(amongOthers).toMatchObject({ first: 0, last: 0, judged: 4, lowest: 1 })
  })

  it('is neutral without feeling, and null when nothing could be judged', () => {
    expect(judgeConversation(['Which size is it?', 'ok'])?.score).toBe(0)
    expect(judgeConversation(['Wo ist meine Bestellung?', '…'])).toBeNull()
    expect(judgeConversation([])).toBeNull()
  })

  it('leaves out what could not be judged, and counts its place', () => {
    const mixed = judgeConversation(['Guten Tag, ich bin es.', 'Thanks, all works now!', 'It crashed again.'])
    expect(mixed).toMatchObject({ judged: 2, lowest: 2 })
    expect(mixed && movementOf(mixed)).toBe(-1)
  })

  it('moves up, down or not by the labels of its ends', () => {
    expect(movementOf({ first: -0.6, last: 0 })).toBe(1)
    expect(movementOf({ first: 0.6, last: -0.6 })).toBe(-1)
    expect(movementOf({ first: 0.6, last: 0.8 })).toBe(0)
  })
})

describe('the most negative passage', () => {
  it('begins with the worst sentence, on one line', () => {
    const text = 'Hi Ana.\nI bought a lamp.\nIt is broken\nand dirty. Regards, Per'
    expect(fromMostNegativeSentence(text)).toBe('…It is broken and dirty. Regards, Per')
    expect(fromMostNegativeSentence('It broke. Hello.')).toBe('It broke. Hello.')
    expect(fromMostNegativeSentence('')).toBe('')
  })
})
