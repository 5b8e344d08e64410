import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawWindow, type Picture } from './drawing'
import { askServer, rowsOfConversation } from './questions'
import { type Recording, type Row, readScreen, textOf } from './screen'
import { columns, demoRows, statusRows } from './settle'

/*
 * Makes the pictures of the README from what the built program prints: `npm run pictures`. They come out the same each
 * time, since seed and clock are given and settle.ts replaces what still differs (how long things took, and paths).
 * BUILT_PROGRAM names another build than dist/cli.js.
 */

const here = fileURLToPath(new URL('.', import.meta.url))
const built = process.env.BUILT_PROGRAM ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** When the pictures are taken: a Wednesday, so that last week is whole and this one has begun. */
const momentMs = Date.UTC(2026, 10, 18, 15, 0)

const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
try {
  await makeAll(folder)
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function makeAll(home: string): Promise<void> {
  const program = withClock(join(home, 'program'))
  const recording: Recording = { columns, folder: home, env: environment(home) }
  const run = (...words: string[]) => readScreen([process.execPath, program, ...words], recording)

  const demo = await run('demo')
  if (process.argv.includes('--timings')) process.stdout.write(`${demo.map(textOf).join('\n')}\n`)
  save('demo', {
    title: 'npm run demo',
    description:
      'The demo: a simulated workspace is synced, and questions are answered through the MCP tools.',
    columns,
    rows: demoRows(demo),
  })
  const answered = await askServer([process.execPath, program], recording.env)
  save('answer', {
    title: 'what an assistant asks, and what it is told',
    description: 'Two questions of a person, the tool calls that answer them, and the text of the answers.',
    columns,
    rows: rowsOfConversation(answered, columns),
  })
  const status = await run('status', '--home', join(home, '.fast-intercom-mcp', 'demo', '1-2500'))
  save('status', {
    title: 'fast-intercom-mcp status',
    description:
      'The status: workspace, what is stored, the days that are covered, size, and the last syncs.',
    columns,
    rows: statusRows(status, home),
  })
}

function environment(home: string): Record<string, string> {
  const { PATH = '', SystemRoot = '' } = process.env
  return { PATH, SystemRoot, HOME: home, USERPROFILE: home, LANG: 'C.UTF-8', TERM: 'xterm-256color' }
}

/**
 * A copy of the program whose wall clock begins at the moment, so that the sample workspace, whose history ends now, is
 * the same one whenever the pictures are made. In its own files, because what the demo starts gets no environment.
 */
function withClock(copy: string): string {
  cpSync(dirname(built), copy, { recursive: true })
  const file = join(copy, 'cli.js')
  renameSync(file, join(copy, 'program.js'))
  writeFileSync(file, "import './clock.js'\nimport './program.js'\n")
  writeFileSync(
    join(copy, 'clock.js'),
    `const readMs = Date.now
const nowMs = () => readMs() + ${momentMs - Date.now()}
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [nowMs()] : given))
  }
  static now = nowMs
}
`,
  )
  return file
}

function save(name: string, picture: Picture & { rows: readonly Row[] }): void {
  const text = drawWindow(picture)
  writeFileSync(join(here, `${name}.svg`), text)
  process.stdout.write(`docs/pictures/${name}.svg, ${(text.length / 1000).toFixed(1)} kB\n`)
}
