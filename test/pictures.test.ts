import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, test } from 'vitest'
import { drawWindow } from '../docs/pictures/drawing'
import { questions } from '../docs/pictures/questions'
import type { Run } from '../docs/pictures/screen'
import { demoRows, shownQuestions } from '../docs/pictures/settle'
import { commands } from '../src/cli/commands'
import { askQuestions } from '../src/cli/demo/questions'
import type { ServedProgram } from '../src/mcp/connect-to-program'
import { tools } from '../src/mcp/tools/index'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs/pictures')
const pictures = readdirSync(folder).filter((name) => name.endsWith('.svg'))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

/** The lines that a picture shows, its parts joined by one space. */
function linesOf(svg: string): string[] {
  const lines = new Map<string, string[]>()
  for (const [, y = '', text = ''] of svg.matchAll(/<text [^>]*y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)) {
    lines.set(y, [...(lines.get(y) ?? []), text])
  }
  return [...lines.values()].map((parts) =>
    parts.join(' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  )
}

/** What is wrong with a text as XML, for the little of it that the pictures use; null when nothing is. */
function findFault(xml: string): string | null {
  const open: string[] = []
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?: [A-Za-z:-]+="[^"<>&]*")*)(\/?)>/g,
    (_, end, name, __, alone) => {
      if (end === '/' && open.pop() !== name) open.push(`</${name}>`)
      else if (end === '' && alone === '') open.push(name)
      return ''
    },
  )
  if (open.length > 0) return `not in pairs: ${open.join(' ')}`
  const stray = /[<>]|&(?!(?:amp|lt|gt);)/.exec(rest)
  return stray === null ? null : `stray ${rest.slice(stray.index, stray.index + 20)}`
}

it('are those that the README shows', () => {
  const shown = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/docs\/pictures\/([\w-]+\.svg)/g)]
  expect(shown.map(([, name]) => name).toSorted()).toEqual(pictures.toSorted())
  expect(pictures).toHaveLength(3)
})

test.each(pictures)('%s is well-formed, small, and needs nothing from elsewhere', (name) => {
  const svg = read(name)
  expect(findFault(svg)).toBeNull()
  expect(Buffer.byteLength(svg)).toBeLessThan(60_000)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
  expect(svg).toMatch(/<title>.+<\/title>\n<desc>.+<\/desc>/)
  expect(svg).not.toMatch(/<(?:script|style|image|foreignObject|use)\b|href|url\(|@import/)
})

test.each(pictures)('%s shows nothing of the machine it was made on', (name) => {
  const lines = linesOf(read(name)).join('\n')
  expect(lines).not.toMatch(/\/tmp\/|\/home\/|\/root\/|\/Users\/|[A-Z]:\\|NaN|undefined|\?\?/)
})

it("finds what a picture's text may lack", () => {
  expect(findFault('<g><text x="1">a</text></g>')).toBeNull()
  expect(findFault('<g><text>a</g>')).toContain('not in pairs')
  expect(findFault('<g>a & b</g>')).toContain('stray &')
  expect(findFault('<g x=1></g>')).not.toBeNull()
})

it('show the questions and calls that the demo makes', async () => {
  const hit = { id: '215534446762', title: null, snippets: [] }
  const messages = { message_count: 0, messages: [] }
  const program: Pick<ServedProgram, 'call'> = {
    call: async () => ({ ms: 1, text: '', data: { total: 1, conversations: [hit], conversation: messages } }),
  }
  const asked = await askQuestions(program as ServedProgram, () => {})
  const lines = linesOf(read('demo.svg'))
  for (const { question, tool } of asked.slice(0, shownQuestions)) {
    const at = lines.indexOf(question)
    expect(at, question).toBeGreaterThan(0)
    expect(lines[at + 1]).toMatch(new RegExp(`^${tool} \\{`))
  }
  const first = asked[0]
  expect(lines).toContain(`${first?.tool} ${JSON.stringify(first?.arguments)}`)
  expect(lines.join('\n')).toContain(`ms and offers ${tools.length} tools.`)
})

it('show calls that the tools take', () => {
  const text = linesOf(read('answer.svg')).join('')
  for (const { asked, tool, arguments: given } of questions) {
    expect(text).toContain(asked)
    expect(text).toContain(`${tool} ${JSON.stringify(given)}`)
    const taken = tools.find(({ name }) => name === tool)?.list().inputSchema.properties
    expect(Object.keys(taken ?? {})).toEqual(expect.arrayContaining(Object.keys(given)))
  }
})

it('name commands and parts of the status that there are', () => {
  expect(commands.map(({ name }) => name)).toContain('status')
  const page = readFileSync(join(root, 'src/cli/status/status-page.ts'), 'utf8')
  const lines = linesOf(read('status.svg'))
  for (const part of [
    'Workspace',
    'Stored',
    'History',
    'Served by',
    'On disk',
    'Home folder',
    'Last syncs',
  ]) {
    expect(page).toContain(`'${part}'`)
    expect(lines.some((line) => line.startsWith(part))).toBe(true)
  }
})

const look = { colour: null, isBold: false, isDim: false, isForeign: false }
const run = (column: number, text: string, more: Partial<Run> = {}): Run => ({
  ...{ column, text, width: text.length },
  ...{ ...look, ...more },
})

it('keep every part in its column, and draw bars', () => {
  const svg = drawWindow({
    ...{ title: 'a < b', description: 'c', columns: 20 },
    rows: [[run(0, '  two  ██', { colour: 2, isBold: true })]],
  })
  expect(svg).toContain('<title>a &lt; b</title>')
  expect(svg).toContain(
    '<text x="34.8" y="48" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#56d364" font-weight="700">two</text>',
  )
  expect(svg).toContain('<rect x="76.8" y="37" width="16.8" height="13" fill="#56d364"/>')
})

it('are not made of a demo that says other durations than expected', () => {
  const question = [run(0, 'Who?', { isBold: true })]
  const rows = [[run(0, 'Sample')], [run(0, 'Synced in 12 s.')], question, question, question, question]
  expect(() => demoRows(rows)).toThrow('5 durations less than expected')
  expect(() => demoRows(rows.slice(0, -1))).toThrow('fewer than 4 questions')
})
