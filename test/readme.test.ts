import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { parseArguments } from '../src/cli/arguments'
import { findClientCommand } from '../src/cli/client-configuration'
import { commands, globalOptions, type OptionDefinition } from '../src/cli/commands'
import { exitCodes } from '../src/cli/exit-code'
import { settingDefinitions } from '../src/config/variables'
import { prompts } from '../src/mcp/prompts/prompts'
import { tools } from '../src/mcp/tools/index'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
const manifest = JSON.parse(read('package.json')) as { version: string; scripts: Record<string, string> }

const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(join('src', file)))
  .join('\n')

/** The text under a heading of the second level, up to the next one. */
function section(title: string, page = readme): string {
  const body = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`))
  if (body === undefined) throw new Error(`There is no section "${title}"`)
  return body
}

/** The rows of a section's first table, without its head; cells without the white space around them. */
function tableOf(title: string, page = readme): string[][] {
  return section(title, page)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function fencedBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)]
    .filter(([, named]) => named === language)
    .map(([, , content]) => (content ?? '').trim())
}

function withoutFences(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '')
}

/** Long options and single letters that a text names. */
function flagsIn(text: string): string[] {
  return [...new Set(text.match(/(?<![\w-])(?:--[a-z][a-z-]*|-[a-z](?![\w-]))/g) ?? [])].toSorted()
}

function spellings(options: readonly OptionDefinition[]): string[] {
  return options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])
    .toSorted()
}

/** Every key of an object and of all objects in it. */
function keysWithin(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [key, ...keysWithin(member)])
}

const commandRows = tableOf('Commands').map(([head = '', text = '']) => ({
  words: head.replaceAll('`', '').split(' '),
  text,
}))

describe('the commands in the README', () => {
  it('are those of the program, in its order', () => {
    expect(commandRows.map(({ words }) => words[0])).toEqual(commands.map(({ name }) => name))
  })

  it('show what they take besides options', () => {
    const taken = commandRows.map(({ words }) => words.slice(1).join(' ').toLowerCase().replace('…', '...'))
    expect(taken).toEqual(commands.map(({ positionals }) => positionals.replace(/[<>]/g, '')))
  })

  test.each(commands.map(({ name, options }) => [name, options] as const))(
    '%s has the options it names, and names the options it has',
    (name, options) => {
      const row = commandRows.find(({ words }) => words[0] === name)
      expect(flagsIn(row?.text ?? '')).toEqual(spellings(options))
    },
  )

  it('have the options that the text before the table gives to all of them', () => {
    const [before = ''] = section('Commands').split('\n|')
    expect(flagsIn(before)).toEqual(spellings(globalOptions))
  })

  it('end with the exit codes named', () => {
    const named = /Exit codes: ([^.]*)\./s.exec(section('Commands'))?.[1] ?? ''
    expect(named.match(/\d+/g)?.map(Number)).toEqual(Object.values(exitCodes))
  })

  it('are the only ones that examples call', () => {
    const called = [...readme.matchAll(/fast-intercom-mcp ([a-z]+)\b/g)].map(([, command]) => command)
    expect(called.filter((command) => !commands.some(({ name }) => name === command))).toEqual([])
  })
})

it('names no option that does not exist', () => {
  const ours = [globalOptions, ...commands.map(({ options }) => options)].flatMap(spellings)
  // npx's own, and the one of `claude mcp add`.
  const others = ['-y', '--scope']
  expect(flagsIn(readme).filter((flag) => ![...ours, ...others].includes(flag))).toEqual([])
})

describe('the tools in the README', () => {
  it('are those of the server, in its order', () => {
    const named = tableOf('Tools').map(([name = '']) => name.replaceAll('`', ''))
    expect(named).toEqual(tools.map(({ name }) => name))
  })

  it('have the arguments and fields that it names', () => {
    const known = new Set(keysWithin(tools.map((tool) => tool.list())).concat(tools.map(({ name }) => name)))
    // Fields of `freshness` stand below what the listed schemas show.
    for (const key of ['as_of', 'stale', 'coverage', 'gaps', 'refresh']) known.add(key)
    const inTools = [...section('Tools').matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, word = '']) => word)
    expect(inTools.filter((word) => !known.has(word) && word !== 'today')).toEqual([])
    for (const { listing } of prompts) known.add(listing.name)
    for (const [, word = ''] of withoutFences(readme).matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)) {
      expect(known).toContain(word)
    }
  })
})

it('names the prompts of the server, in its order, with their arguments', () => {
  const shown = tableOf('Prompts and resources').map(([name = '', args = '']) => [
    name.replaceAll('`', ''),
    [...args.matchAll(/`([a-z_]+)`/g)].map(([, argument]) => argument),
  ])
  expect(shown).toEqual(
    prompts.map(({ listing }) => [listing.name, listing.arguments.map(({ name }) => name)]),
  )
})

describe('the settings in the README', () => {
  it('are those of the program, with its names and defaults', () => {
    const shown = tableOf('Configuration').map((cells) => cells.slice(0, 3))
    expect(shown).toEqual(
      settingDefinitions.map(({ variables, fileKey, defaultText }) => [
        variables.map(({ name }) => name).join(', '),
        fileKey ?? '',
        defaultText,
      ]),
    )
  })

  it('say where a variable counts in other units than its setting', () => {
    const seconds = settingDefinitions.flatMap(({ variables }) =>
      variables.filter(({ unit }) => unit === 'seconds').map(({ name }) => name),
    )
    for (const name of seconds) expect(section('Configuration')).toContain(`${name} counts seconds`)
  })

  it('are the only variables it names', () => {
    const ours = settingDefinitions.flatMap(({ variables }) => variables.map(({ name }) => name))
    // Those that many programs follow.
    const known = [...ours, 'NO_COLOR', 'FORCE_COLOR']
    const named = readme.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('what a reader copies from the README', () => {
  it('begins with the demo and the tests', () => {
    expect(fencedBlocks(readme, 'sh').slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
  })

  it('runs scripts that exist', () => {
    const run = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script)
    if (readme.includes('npm test')) run.push('test')
    expect(run.filter((script) => !(script in manifest.scripts))).toEqual([])
  })

  it('starts the server as init would tell a client to', () => {
    const place = {
      program: '/home/ada/node_modules/fast-intercom-mcp/dist/cli.js',
      node: 'node',
      platform: 'linux' as const,
    }
    const blocks = fencedBlocks(readme, 'json').map((block) => JSON.parse(block) as Record<string, unknown>)
    const client = findClientCommand([], place)
    expect(blocks).toEqual([
      { mcpServers: { 'fast-intercom': client } },
      { servers: { 'fast-intercom': { type: 'stdio', ...client } } },
    ])
    expect(readme).toContain(`fast-intercom -- ${[client.command, ...client.args].join(' ')}`)
    const onWindows = findClientCommand([], { ...place, platform: 'win32' })
    expect(readme).toContain(`"command": "${onWindows.command}"`)
    expect(readme).toContain(`"args": ${JSON.stringify(onWindows.args).replaceAll(',', ', ')}`)
  })

  test.each([
    ['README.md', 'When something is wrong'],
    ['docs/troubleshooting.md', 'By message'],
  ])('quotes messages that the program really says (%s)', (page, title) => {
    const quoted = tableOf(title, read(page))
      .map(([message = '']) => /^`(.*)`$/.exec(message)?.[1] ?? '')
      .filter((message) => message !== '')
    expect(quoted.length).toBeGreaterThan(5)
    // An ellipsis stands for what differs from case to case.
    const pieces = quoted.flatMap((message) => message.split('…')).map((piece) => piece.trim())
    expect(pieces.filter((piece) => !source.includes(piece))).toEqual([])
  })
})

it('sends nobody by a message to a command that does not exist', () => {
  const named = [...source.matchAll(/fast-intercom-mcp ([a-z]+)\b/g)].map(([, command]) => command)
  expect(named).toContain('init')
  expect(named.filter((command) => !commands.some(({ name }) => name === command))).toEqual([])
})

/** Lines of blocks, and what stands in backquotes, that call one of our commands with something. */
function commandLinesIn(page: string): string[] {
  const spans = [...page.matchAll(/`([^`\n]+)`|^ *((?:npx|node|fast-intercom-mcp) .+)$/gm)]
  const names = commands.map(({ name }) => name).join('|')
  const call = new RegExp(`^(?:ExecStart=)?(?:\\S*npx -y )?(?:fast-intercom-mcp )?((?:${names}) .+)$`)
  return spans.flatMap(([, span, line]) => call.exec(span ?? line ?? '')?.[1] ?? [])
}

test.each([
  ['README.md', 'sync --watch'],
  ['docs/clients.md', 'init --client cursor,claude-code --yes'],
  ['docs/troubleshooting.md', 'logs --level warn'],
  ['docs/data.md', 'snapshot copy.db'],
])('%s shows command lines that the program takes', (page, one) => {
  const lines = commandLinesIn(read(page))
  expect(lines).toContain(one)
  for (const line of lines) expect(() => parseArguments(line.split(' ')), line).not.toThrow()
})

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]

test.each(pages.filter((page) => page.endsWith('.md')))('%s links to files that exist', (page) => {
  const targets = [...withoutFences(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const local = targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => target.split('#')[0] ?? '')
  const missing = local.filter((target) => !existsSync(normalize(join(root, dirname(page), target))))
  expect(missing).toEqual([])
})

test('the changelog begins with what is coming or with the present version', () => {
  const [newest] = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name)
  expect(['Unreleased', manifest.version]).toContain(newest)
})
