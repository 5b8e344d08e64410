import { describe, expect, it } from 'vitest'
import { beginningWithin, estimateTokens } from '../../src/queries/size-budget'

describe('estimateTokens', () => {
  it('counts three and a half characters of JSON as a token, and each character beyond ASCII as one', () => {
    expect(estimateTokens('a'.repeat(33))).toBe(10)
    expect(estimateTokens('退款问题')).toBe(5)
  })
})

describe('beginningWithin', () => {
  it('leaves a short text alone', () => {
    expect(beginningWithin('My refund is late.', 100)).toBe('My refund is late.')
  })

  it.each(['plain words and more ', '退款问题', '"quoted"\n', '👍🏽'])(
    'cuts a long text of %j to size',
    (unit) => {
      const text = unit.repeat(2000)
      const piece = beginningWithin(text, 500)
      expect(text.startsWith(piece)).toBe(true)
      expect(estimateTokens(piece)).toBeLessThanOrEqual(500)
      expect(estimateTokens(piece)).toBeGreaterThan(300)
    },
  )

  it('gives something however small the budget, and never half a character', () => {
    expect(beginningWithin('👍👍👍', 0)).toBe('👍')
  })
})
