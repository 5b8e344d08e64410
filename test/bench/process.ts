import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Simulator } from '../../src/simulator/server'

/** Copies the built program, so that a build meanwhile does not change what is measured; returns its path. */
export function copyProgram(builtFolder: string, folder: string): string {
  const target = join(folder, 'program')
  cpSync(builtFolder, target, { recursive: true })
  const program = join(target, 'cli.js')
  if (!existsSync(program)) throw new Error(`There is no built program in ${builtFolder}.`)
  return program
}

/** The built program and where it works: its home folder, and the variables that lead it to the simulator. */
export interface Place {
  program: string
  home: string
  env: Record<string, string>
}

/**
 * A home folder, made where it is missing, whose program asks the simulator. Nothing runs by itself in the background:
 * each measurement orders what it measures.
 */
export function placeFor(
  program: string,
  home: string,
  { url, token }: Pick<Simulator, 'url' | 'token'>,
): Place {
  mkdirSync(home, { recursive: true })
  return {
    program,
    home,
    env: {
      // The same questions are asked again and again: answering them is what is measured.
      CACHE_TTL: '0',
      INTERCOM_API_URL: url,
      INTERCOM_ACCESS_TOKEN: token,
      FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
      FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '100000',
    },
  }
}

const running = new Set<ChildProcess>()

/** Ends whatever is still running, so that nothing outlives the benchmark. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts Node with these arguments and an environment without anything of the person's own configuration. */
export function spawnNode(
  args: string[],
  env: Record<string, string> = {},
  stdin: 'pipe' | 'ignore' = 'pipe',
) {
  const child = spawn(process.execPath, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Runs Node to its end and resolves to what it printed; `watch` is called again and again with its pid meanwhile. */
export function runNode(
  args: string[],
  env: Record<string, string> = {},
  watch: (pid: number) => void = () => {},
): Promise<string> {
  const child = spawnNode(args, env, 'ignore')
  let output = ''
  let errors = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const timer = setInterval(() => watch(child.pid ?? 0), 50)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(timer)
      if (code === 0) resolve(output)
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`))
    })
  })
}

/** The built program as an MCP server, driven by the SDK's client. */
export interface Served {
  pid: number
  call(name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** Ends it as clients do, by closing its input. */
  close(): Promise<void>
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
}

/** Starts `start` of the built program and resolves after the handshake. */
export async function serve({ program, home, env }: Place): Promise<Served> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'start', '--home', home],
    env: { ...cleanEnvironment(), ...env },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'bench', version: '0' })
  await client.connect(transport)
  const pid = transport.pid
  if (pid === null) throw new Error('The program did not start.')
  return {
    pid,
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args }, undefined, { timeout: 3_600_000 })
      if (result.isError) throw new Error(`${name}: ${JSON.stringify(result.content)}`)
      return result.structuredContent as Record<string, unknown>
    },
    close: () => client.close(),
    async kill() {
      const closed = new Promise<void>((resolve) => {
        client.onclose = resolve
      })
      process.kill(pid, 'SIGKILL')
      await closed
    },
  }
}

function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(INTERCOM|FASTINTERCOM|SYNC_|LOG_LEVEL|NODE_OPTIONS)/.test(entry[0]),
    ),
  )
}
