import { describe, expect, it } from 'vitest'
import { diffLines } from '../../../src/cli/clients/config-diff'

const signs = { same: ' ', removed: '-', added: '+' }
const draw = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => signs[kind] + text)

describe('diffLines', () => {
  it('shows what is added with two lines around it', () => {
    expect(
      draw('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n', '{\n  "a": 1,\n  "b": 2,\n  "c": 3,\n  "d": 4\n}\n'),
    ).toEqual(['   "a": 1,', '   "b": 2,', '-  "c": 3', '+  "c": 3,', '+  "d": 4', ' }'])
  })

  it('keeps a comment between two changes as it is', () => {
    expect(draw('{\n  "a": 1\n  // last\n}', '{\n  "a": 1,\n  // last\n  "b": 2\n}')).toEqual([
      ' {',
      '-  "a": 1',
      '+  "a": 1,',
      '   // last',
      '+  "b": 2',
      ' }',
    ])
  })

  it('shows a new file as added whole', () => {
    expect(draw('', '{\r\n}\r\n')).toEqual(['+{', '+}'])
  })

  it('sees no difference in line ends and a byte order mark', () => {
    expect(draw('\uFEFF{\r\n}\r\n', '{\n}\n')).toEqual([' {', ' }'])
  })

  it('shows of a long line only what is around the change', () => {
    const before = `{"secret":"${'s'.repeat(300)}","list":["${'b'.repeat(40)}"]}`
    const lines = draw(before, before.replace(']}', '],"new":1}'))
    expect(lines).toEqual([`-…${'b'.repeat(22)}"]}`, `+…${'b'.repeat(22)}"],"new":1}`])
  })
})
