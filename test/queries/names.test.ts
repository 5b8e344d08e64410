import { describe, expect, it } from 'vitest'
import { findByName } from '../../src/queries/names'

const people = [
  { id: '1', name: 'Ana Lima', email: 'ana@example.com' },
  { id: '2', name: 'Ana Torres', email: 'torres@example.com' },
  { id: '3', name: 'José Núñez', email: null },
  { id: '4', name: null, email: null },
]

describe('findByName', () => {
  it.each([
    ['ana lima', ['1']],
    ['Torres', ['2']],
    [' TORRES@example.com ', ['2']],
    ['jose nunez', ['3']],
    ['José', ['3']],
    ['4', ['4']],
  ])('finds %j', (asked, ids) => {
    expect(findByName(asked, 'assignee', people)).toEqual(ids)
  })

  it('does not choose between two', () => {
    expect(() => findByName('Ana', 'assignee', people)).toThrow(
      expect.objectContaining({
        message: '"Ana" fits several teammates.',
        hint: 'Give one of Ana Lima, Ana Torres.',
      }),
    )
  })

  it('takes a tag by its whole name only', () => {
    const tags = [{ id: 't1', name: 'refund request' }]
    expect(findByName('Refund Request', 'tag', tags)).toEqual(['t1'])
    expect(() => findByName('refund', 'tag', tags)).toThrow(
      expect.objectContaining({
        message: 'No tag is called "refund".',
        hint: 'Did you mean refund request?',
      }),
    )
  })

  it('says so when no names are known', () => {
    expect(() => findByName('Ana', 'team', [])).toThrow(
      expect.objectContaining({ hint: 'The names of teams have not been synced yet: give an id.' }),
    )
  })
})
