import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { onTestFinished } from 'vitest'
import { builtProgram, scrubbedEnvironment } from './program'

/** Keys as a terminal sends them. */
export const keys = {
  enter: '\r',
  up: '\u001B[A',
  down: '\u001B[B',
  space: ' ',
  ctrlC: '\u0003',
} as const

/** The built program in a pseudo-terminal, with somebody who reads the screen and presses keys. */
export interface Terminal {
  /** What the screen shows now, with what has scrolled off above; no white space at the ends of lines. */
  screen(): string
  /** Waits until the screen shows a text; fails with the screen when it does not come. */
  shows(text: string | RegExp): Promise<void>
  press(...pressed: string[]): void
  /** Everything that was written so far, escape sequences and all. */
  written(): string
  /** As when somebody drags the window's edge. */
  resize(columns: number): void
  /** The exit code; waits for the end. */
  ended(): Promise<number>
}

/** Long enough for two busy cores. */
const patienceMs = 20_000
const rows = 40

/** Starts the built program in a terminal, of 80 columns if nothing else is said; killed with the test if it still runs. */
export function openTerminal(
  args: string[],
  env: Record<string, string>,
  { columns = 80 }: { columns?: number } = {},
): Terminal {
  const term = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true })
  const child = spawn(process.execPath, [builtProgram, ...args], {
    ...{ cols: columns, rows, name: env.TERM ?? 'xterm-256color' },
    env: scrubbedEnvironment({ LANG: 'C.UTF-8', ...env }),
  })
  let exitCode: number | null = null
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watch of [...watchers]) watch()
  }
  let written = ''
  child.onData((data) => {
    written += data
    term.write(data, tell)
  })
  child.onExit(({ exitCode: code }) => {
    exitCode = code
    // What was written last may still be on its way to the screen.
    term.write('', tell)
  })
  onTestFinished(() => {
    if (exitCode === null) child.kill('SIGKILL')
    term.dispose()
  })

  function until<Result>(read: () => Result | null, what: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`${what} did not come. The screen:\n${screen()}`))
      }, patienceMs)
      const look = () => {
        const result = read()
        if (result === null) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve(result)
      }
      watchers.add(look)
      look()
    })
  }

  function screen(): string {
    const { buffer } = term
    const lines = Array.from(
      { length: buffer.active.length },
      (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? '',
    )
    return lines.join('\n').trimEnd()
  }

  return {
    screen,
    shows: async (text) => {
      await until(() => (isOn(screen(), text) ? true : null), String(text))
    },
    press(...pressed) {
      for (const key of pressed) child.write(key)
    },
    written: () => written,
    resize(to) {
      term.resize(to, rows)
      child.resize(to, rows)
    },
    ended: () => until(() => exitCode, 'The end'),
  }
}

function isOn(screen: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? screen.includes(text) : text.test(screen)
}
