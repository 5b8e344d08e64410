import { describe, expect, it } from 'vitest'
import { layoutTable } from '../../src/cli/table'
import { visibleLength } from '../../src/cli/text-width'

const rows = [
  ['Acme', 'A company with a rather long name', '1,234', '5.6 MB'],
  ['東京', '株式会社', '9', ''],
]
const headings = ['profile', 'workspace', 'conversations', 'size']

describe('layoutTable', () => {
  it('makes columns as wide as needed, with figures to the right', () => {
    expect(layoutTable(headings, rows, 80)).toEqual([
      'profile  workspace                          conversations    size',
      'Acme     A company with a rather long name          1,234  5.6 MB',
      '東京     株式会社                                       9',
    ])
  })

  it('cuts the widest text where the terminal is narrower', () => {
    expect(layoutTable(headings, rows, 52)).toEqual([
      'profile  workspace             conversations    size',
      'Acme     A company with a ra…          1,234  5.6 MB',
      '東京     株式会社                          9',
    ])
  })

  it.each([1, 10, 20, 30, 40, 60, 66])('never draws more than %d columns', (columns) => {
    for (const line of layoutTable(headings, rows, columns)) {
      expect(visibleLength(line)).toBeLessThanOrEqual(columns)
    }
  })

  it('takes the first column for names, also when they are numbers', () => {
    expect(layoutTable(['id', 'n'], [['7', '7']], 80)).toEqual(['id  n', '7   7'])
  })
})
