import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { highlightHits } from '../../src/cli/highlight'
import { asPlainLine, createOutput } from '../../src/cli/output'
import { wrapWords } from '../../src/cli/text-width'
import { formatBytes, formatSeconds } from '../../src/cli/units'
import { readTerminalTraits } from '../../src/config/terminal'

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
    expect(written()).toBe('name  count\n東京      1\nAda      22\n')
  })

  const red = '\u001B[31mx\u001B[39m'

  it.each([
    ['no terminal', {}, undefined, 'x'],
    ['a terminal with colours', {}, { columns: 80, colours: true }, red],
    ['a terminal without', {}, { columns: 80, colours: false }, 'x'],
    ['NO_COLOR', { NO_COLOR: '1' }, { columns: 80, colours: true }, 'x'],
    ['TERM=dumb', { TERM: 'dumb' }, { columns: 80, colours: true }, 'x'],
    ['FORCE_COLOR and no terminal', { FORCE_COLOR: '1' }, undefined, red],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, { columns: 80, colours: true }, 'x'],
    ['FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '3', NO_COLOR: '1' }, { columns: 80, colours: false }, red],
    ['empty variables', { FORCE_COLOR: '', NO_COLOR: '' }, { columns: 80, colours: true }, red],
  ])('with %s colours as asked for', (_, environment, terminal, expected) => {
    const { stream } = fakeStream(terminal)
    const traits = readTerminalTraits(environment as Record<string, string>, 'linux')
    expect(createOutput(stream, stream, traits).style('x', 'red')).toBe(expected)
  })

  it('shows signs that a terminal lacks by others as wide, and sends a file UTF-8', () => {
    const traits = readTerminalTraits({ TERM: 'linux' }, 'linux')
    const [terminal, file] = [fakeStream({ columns: 80, colours: false }), fakeStream()]
    createOutput(terminal.stream, terminal.stream, traits).line('✓ ✗ █▒░· a … — Ü')
    createOutput(file.stream, file.stream, traits).line('✓ …')
    expect(terminal.written()).toBe('+ x #+.- a ~ - Ü\n')
    expect(file.written()).toBe('✓ …\n')
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

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [5_557_000, '5.6 MB'],
    [1_234_000_000, '1.2 GB'],
  ])('says %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
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
