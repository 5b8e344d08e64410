import { describe, expect, it } from 'vitest'
import { cutVisible, visibleLength, wrapWords } from '../../src/cli/text-width'

describe('visibleLength', () => {
  it.each([
    ['plain', 5],
    ['Ibáñez', 6],
    ['Ibáñez'.normalize('NFD'), 6],
    ['東京都', 6],
    ['한국어', 6],
    ['ﾊﾝｶｸ', 4],
    ['ＦＵＬＬ', 8],
    ['thanks 🙂', 9],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['🇮🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['สวัสดี', 4],
    ['a\u200Bb', 2],
    ['\u001B[31mred\u001B[39m', 3],
    ['█▒░·✓…', 6],
  ])('counts %j as %d columns', (text, columns) => {
    expect(visibleLength(text)).toBe(columns)
  })
})

describe('cutVisible', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['東京都庁', 5, '東京…'],
    ['東京都庁', 4, '東…'],
    ['ok 👩‍👩‍👧 fine', 6, 'ok 👩‍👩‍👧…'],
    ['ok 👩‍👩‍👧 fine', 5, 'ok …'],
  ])('cuts %j to %d columns', (text, columns, expected) => {
    expect(cutVisible(text, columns)).toBe(expected)
    expect(visibleLength(expected)).toBeLessThanOrEqual(columns)
  })
})

it('breaks wide text between words too', () => {
  expect(wrapWords('東京 都庁 a', 5)).toEqual(['東京', '都庁', 'a'])
})
