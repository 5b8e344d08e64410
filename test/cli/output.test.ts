import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { drawCoverage } from '../../src/cli/coverage-picture'
import { highlightHits } from '../../src/cli/highlight'
import { asPlainLine, createOutput, cutVisible, visibleLength, wrapWords } from '../../src/cli/output'
import { createProgressBar, describeProgress } from '../../src/cli/progress-bar'
import { formatSeconds } from '../../src/cli/units'
import type { SyncProgress } from '../../src/domain/sync-run'

function fakeStream(terminal?: { columns: number; colours: boolean }) {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  let written = ''
  stream.on('data', (chunk) => {
    written += chunk
  })
  if (terminal) {
    Object.assign(stream, { isTTY: true, columns: terminal.columns, hasColors: () => terminal.colours })
  }
  return { stream, written: () => written }
}

describe('createOutput', () => {
  it('draws a table in columns, wide characters counted as two', () => {
    const { stream, written } = fakeStream()
    createOutput(stream, stream).table(
      ['name', 'count'],
      [
        ['東京', '1'],
        ['Ada', '22'],
      ],
    )
    expect(written()).toBe('name  count\n東京  1\nAda   22\n')
  })

  it('has no colours where nobody looks', () => {
    const { stream } = fakeStream()
    expect(createOutput(stream, stream).style('x', 'red')).toBe('x')
  })

  it('has colours on a terminal that wants them', () => {
    const coloured = fakeStream({ columns: 80, colours: true })
    expect(createOutput(coloured.stream, coloured.stream).style('x', 'red')).toBe('\u001B[31mx\u001B[39m')
    const plain = fakeStream({ columns: 80, colours: false })
    expect(createOutput(plain.stream, plain.stream).style('x', 'red')).toBe('x')
  })
})

describe('a long text', () => {
  const text = 'Add it to the permissions, then run: npx fast-intercom-mcp sync'

  it('is broken between words on a terminal, under its beginning', () => {
    const { stream, written } = fakeStream({ columns: 40, colours: false })
    const output = createOutput(stream, stream)
    output.item('! Tags    ', text)
    output.note(text)
    expect(written().split('\n')).toEqual([
      '! Tags    Add it to the permissions,',
      '          then run: npx',
      '          fast-intercom-mcp sync',
      'Add it to the permissions, then run: npx',
      'fast-intercom-mcp sync',
      '',
    ])
  })

  it('keeps a word whole that is wider than the terminal, and its own line breaks', () => {
    expect(wrapWords('see /a/path/that/is/long now', 10)).toEqual(['see', '/a/path/that/is/long', 'now'])
    const { stream, written } = fakeStream({ columns: 40, colours: false })
    createOutput(stream, stream).note('Error: x\n    at run')
    expect(written()).toBe('Error: x\n    at run\n')
  })

  it('stays on its line where nobody looks', () => {
    const { stream, written } = fakeStream()
    const output = createOutput(stream, stream)
    output.item('! ', text.repeat(3))
    output.note(text.repeat(3))
    expect(written()).toBe(`! ${text.repeat(3)}\n${text.repeat(3)}\n`)
  })
})

describe('asPlainLine', () => {
  it('takes out what could steer a terminal', () => {
    expect(asPlainLine('a\u001B[2J\u001B]0;title\u0007b\r\n\tc\u202Ed')).toBe('ab c d')
  })
})

describe('cutVisible', () => {
  it('cuts at the edge and says so', () => {
    expect(cutVisible('abcdef', 6)).toBe('abcdef')
    expect(cutVisible('abcdefg', 6)).toBe('abcde…')
    expect(visibleLength(cutVisible('東京都庁', 5))).toBeLessThanOrEqual(5)
  })
})

describe('highlightHits', () => {
  const light = (word: string) => `[${word}]`

  it.each([
    ['Was it refunded? A refund!', 'refunds', 'Was it [refunded]? A [refund]!'],
    ['billing and bills', 'billi*', '[billing] and bills'],
    ['Café au lait', 'cafe', '[Café] au lait'],
    ['refund of the invoice', 'invoice -refund', 'refund of the [invoice]'],
    ['nothing to light', '-refund', 'nothing to light'],
  ])('lights %j for %j', (text, query, expected) => {
    expect(highlightHits(text, query, light)).toBe(expected)
  })
})

describe('describeProgress', () => {
  const progress: SyncProgress = {
    phase: 'threads',
    done: 50,
    total: 200,
    conversations: 200,
    messages: 1234,
    requests: 9,
  }

  it('shows bar, rate and what remains', () => {
    expect(describeProgress(progress, 50, 10)).toBe(
      'Threads       ██████░░░░░░░░░░░░░░░░░░  25 % 50 of 200 · 1,234 messages · 5/s · 30 s left',
    )
  })

  it('promises nothing before there is a rate or a total', () => {
    expect(describeProgress({ ...progress, phase: 'conversations', total: null }, 0, 0.1)).toBe(
      'Conversations 50',
    )
  })
})

describe('createProgressBar', () => {
  it('writes a plain line now and then where there is no terminal', () => {
    const { stream, written } = fakeStream()
    let now = 0
    const bar = createProgressBar(stream, () => now)
    for (now = 0; now <= 5000; now += 100) {
      bar.update({ phase: 'threads', done: now / 100, total: 50, conversations: 0, messages: 0, requests: 0 })
    }
    bar.end()
    expect(written().trim().split('\n')).toHaveLength(3)
    expect(written()).not.toContain('\u001B')
  })
})

describe('drawCoverage', () => {
  const day = 86_400
  const now = 20_000 * day + day / 2

  it('shows each day as covered, in part or not', () => {
    const picture = drawCoverage(
      [
        { start: 19_996 * day, end: 19_997 * day },
        { start: 19_998 * day + day / 2, end: now - 60 },
      ],
      now,
      60,
    )
    expect(picture).toEqual([
      '█·▒██',
      '2024-09-30 to 2024-10-04, one day a cell  (█ covered, ▒ in part, · not)',
    ])
  })

  it('joins days when the history is wide, and draws nothing for nothing', () => {
    expect(drawCoverage([{ start: now - 100 * day, end: now }], now, 50)?.[1]).toContain('3 days a cell')
    expect(drawCoverage([], now, 50)).toBeNull()
  })
})

describe('formatSeconds', () => {
  it.each([
    [1.234, '1.2 s'],
    [45, '45 s'],
    [150, '3 min'],
    [7500, '2 h 5 min'],
    [7200, '2 h'],
    [345_600, '4 days'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })
})
