import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { readServerEntries, setServerEntry } from '../../../src/cli/clients/server-entry-text'

const place = { serversKey: 'mcpServers', entryName: 'fast-intercom' }
const entry = { command: 'npx', args: ['-y', 'fast-intercom-mcp', 'start'] }

const sample = (name: string) =>
  readFileSync(new URL(`../../fixtures/clients/${name}.json`, import.meta.url), 'utf8')

function textAfter(text: string, at = place, value: Record<string, unknown> = entry): string {
  const change = setServerEntry(text, at, value)
  if (!('text' in change)) throw new Error(`nothing was changed: ${JSON.stringify(change)}`)
  return change.text
}

/** The text with `inserted` put right behind the only place where `behind` stands. */
function withInserted(text: string, behind: string, inserted: string): string {
  expect(text.split(behind)).toHaveLength(2)
  return text.replace(behind, () => behind + inserted)
}

const twoSpaces = `    "fast-intercom": {
      "command": "npx",
      "args": ["-y", "fast-intercom-mcp", "start"]
    }`

describe('adding our server to the file of', () => {
  it('Claude Desktop keeps every other setting', () => {
    const before = sample('claude-desktop')
    const after = withInserted(before, '"env": { "WEATHER_KEY": "abc" }\n    }', `,\n${twoSpaces}`)
    expect(textAfter(before)).toBe(after)
  })

  it('Claude Code adds the servers for all folders and leaves those of one folder alone', () => {
    const before = sample('claude-code')
    const typed = { type: 'stdio', ...entry }
    const added = `,
  "mcpServers": {
    "fast-intercom": {
      "type": "stdio",
      "command": "npx",
      "args": ["-y", "fast-intercom-mcp", "start"]
    }
  }`
    const after = withInserted(before, '"emailAddress": "ada@example.com"\n  }', added)
    expect(textAfter(before, place, typed)).toBe(after)
  })

  it('Cursor keeps tabs, CRLF, comments where they are, and the trailing comma', () => {
    const before = sample('cursor')
    const lines = ['', '\t\t"fast-intercom": {', '\t\t\t"command": "npx",']
    const words = ['\t\t\t"args": ["-y", "fast-intercom-mcp", "start"]', '\t\t},']
    const after = withInserted(before, '/* "old": { "command": "old" } */', [...lines, ...words].join('\r\n'))
    expect(textAfter(before)).toBe(after)
  })

  it('VS Code keeps the byte order mark, four spaces and the comment behind the last server', () => {
    const before = sample('vscode')
    expect(before.charCodeAt(0)).toBe(0xfeff)
    const withComma = withInserted(before, '"@playwright/mcp" ] // latest\n        }', ',')
    const added = `
        "fast-intercom-eu": {
            "type": "stdio",
            "command": "node",
            "args": ["cli.js", "start"]
        }`
    const change = textAfter(
      before,
      { serversKey: 'servers', entryName: 'fast-intercom-eu' },
      { type: 'stdio', command: 'node', args: ['cli.js', 'start'] },
    )
    expect(change).toBe(withInserted(withComma, '// the browser', added))
  })

  it('Windsurf stays on one line when it is on one line', () => {
    expect(textAfter(sample('windsurf'))).toBe(
      '{"mcpServers":{"sentry":{"serverUrl":"https://mcp.example.com/sse","disabled":true},' +
        '"fast-intercom":{"command":"npx","args":["-y","fast-intercom-mcp","start"]}}}',
    )
  })
})

describe('a file without servers', () => {
  const fresh = `{\n  "mcpServers": {\n${twoSpaces}\n  }\n}\n`

  it.each([
    ['is empty or missing', '', fresh],
    ['holds blank lines', '\n\n', `\n\n${fresh}`],
    ['holds a byte order mark alone', '\uFEFF', `\uFEFF${fresh}`],
    ['holds a comment alone', '// mine', `// mine\n${fresh}`],
    ['holds an empty object', '{}', fresh.trimEnd()],
    ['holds an empty object over two lines', '{\n}\n', fresh],
    ['has an empty list of servers', '{\n  "mcpServers": {}\n}\n', fresh],
    ['has a comment among no servers', '{\n  "mcpServers": { /* none */ }\n}\n', null],
  ])('that %s gets them', (_, before, after) => {
    const text = textAfter(before)
    if (after !== null) expect(text).toBe(after)
    expect(readServerEntries(text, 'mcpServers')).toEqual({ 'fast-intercom': entry })
  })

  it('keeps a comment in an empty object', () => {
    const text = textAfter('{\n\t"mcpServers": {\n\t\t// none yet\n\t}\n}\n')
    expect(text.split('\n').slice(0, 4)).toEqual([
      '{',
      '\t"mcpServers": {',
      '\t\t// none yet',
      '\t\t"fast-intercom": {',
    ])
  })
})

describe('an entry that is there', () => {
  it('is left alone when it says the same, in whatever order and layout', () => {
    const text =
      '{"mcpServers":{"fast-intercom":{"args":["-y","fast-intercom-mcp","start"],"command":"npx"}}}'
    expect(setServerEntry(text, place, entry)).toEqual({ outcome: 'unchanged' })
  })

  it('changes only in what differs, and keeps what its user added', () => {
    const before = `{
  "mcpServers": {
    "fast-intercom": {
      "command": "npx", // by the package
      "args": ["-y", "fast-intercom-mcp", "start", "--home", "/old"],
      "disabled": true
    }
  }
}
`
    expect(setServerEntry(before, place, entry)).toEqual({
      outcome: 'updated',
      text: before.replace(', "--home", "/old"]', ']'),
    })
  })

  it('gets the members that it lacks', () => {
    const before = '{"mcpServers": {"fast-intercom": {"env": {"A": "b"}}}}'
    expect(textAfter(before)).toBe(
      '{"mcpServers": {"fast-intercom": {"env": {"A": "b"}, "command": "npx", "args": ["-y","fast-intercom-mcp","start"]}}}',
    )
  })

  it.each([
    ['names an address', '{ "url": "http://127.0.0.1:8000/mcp" }'],
    ['is no object', '"npx fast-intercom-mcp"'],
    ['is of another type', '{ "type": "http", "command": "npx" }'],
  ])('is replaced when it %s', (_, value) => {
    const before = `{\n  "mcpServers": {\n    "fast-intercom": ${value}\n  }\n}\n`
    const change = setServerEntry(before, place, entry)
    expect(change.outcome).toBe('updated')
    expect(readServerEntries('text' in change ? change.text : '', 'mcpServers')).toEqual({
      'fast-intercom': entry,
    })
  })

  it('is the last one of two with the same name, as clients read it', () => {
    const before = '{"mcpServers":{"fast-intercom":{"command":"a"},"fast-intercom":{"command":"b"}}}'
    expect(textAfter(before)).toContain('{"fast-intercom":{"command":"a"},"fast-intercom":{"command":"npx"')
  })
})

describe('a file that is not understood', () => {
  it.each([
    ['{"mcpServers": {', 'it is not valid JSON (line 1: a closing brace is missing)'],
    ['{\n  "a": 1\n  "b": 2\n}', 'it is not valid JSON (line 3: a comma is missing)'],
    ['{"token": "abc', 'it is not valid JSON (line 1: a quotation mark is missing)'],
    ["{'mcpServers': {}}", 'it is not valid JSON (line 1)'],
    ['{} {}', 'it is not valid JSON (line 1: something stands after the end)'],
    ['[]', 'it holds a list, not an object'],
    ['"text"', 'it holds a string, not an object'],
    ['{"mcpServers": []}', 'its "mcpServers" is a list, not an object'],
    ['{"mcpServers": null}', 'its "mcpServers" is null, not an object'],
    ['{"mcpServers": "x"}', 'its "mcpServers" is a string, not an object'],
  ])('%s is refused with the reason, which quotes nothing of it', (text, reason) => {
    expect(setServerEntry(text, place, entry)).toEqual({ outcome: 'refused', reason })
  })
})

/** Texts of JSON with comments, odd white space and trailing commas, all of it meaning something. */
const gap = fc
  .array(fc.constantFrom(' ', '\t', '\n', '\r\n', '/* a, { */', '// b } ,"\n', '  '), { maxLength: 3 })
  .map((pieces) => pieces.join(''))
const scalar = fc.constantFrom(
  '1',
  '"x"',
  'null',
  'true',
  '"// no comment"',
  '"a \\" } b"',
  '[ ]',
  '[1,2,]',
  '{}',
)
const nameOf = fc.constantFrom('a', 'b', 'env', 'projects', 'ü', 'x y')

function objectText(members: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(fc.tuple(gap, members, gap), { maxLength: 4 }), fc.boolean(), gap)
    .map(([list, hasTrailingComma, end]) => {
      const body = list.map(([before, member, after]) => before + member + after).join(',')
      return `{${body}${hasTrailingComma && list.length > 0 ? ',' : ''}${end}}`
    })
}
const member = (value: fc.Arbitrary<string>, name: fc.Arbitrary<string> = nameOf) =>
  fc.tuple(name, gap, gap, value).map(([key, before, after, text]) => `"${key}"${before}:${after}${text}`)
const server = member(fc.oneof(scalar, objectText(member(scalar))))
const servers = member(objectText(server), fc.constant('mcpServers'))
const configuration = fc
  .tuple(fc.constantFrom('', '\uFEFF'), gap, objectText(fc.oneof(member(scalar), servers)), gap)
  .map((pieces) => pieces.join(''))

describe('any JSON with comments', () => {
  it('keeps every byte in its order, and means the same plus our server', () => {
    fc.assert(
      fc.property(configuration, (before) => {
        const after = textAfter(before)
        const expected = parse(before.replace('\uFEFF', ''))
        const merged = { ...expected, mcpServers: { ...expected.mcpServers, 'fast-intercom': entry } }
        expect(parse(after.replace('\uFEFF', ''))).toEqual(merged)
        expectOnlyInsertions(before, after)
        expect(setServerEntry(after, place, entry)).toEqual({ outcome: 'unchanged' })
      }),
      { numRuns: 1500 },
    )
  })
})

/** One insertion, or a comma and then another further on. */
function expectOnlyInsertions(before: string, after: string): void {
  let head = 0
  while (head < before.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const between = before.slice(head, before.length - tail)
  if (between === '') return
  expect(after[head]).toBe(',')
  expect(after.slice(head + 1, head + 1 + between.length)).toBe(between)
}
