import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { onTestFinished } from 'vitest'

/** The built program; `npm test` builds it first. `BUILT_PROGRAM` names another build. */
export const builtProgram =
  process.env.BUILT_PROGRAM ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** A temporary folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fim-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** The environment without anything that could configure the program, so that nothing of the person's leaks in. */
export function scrubbedEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^(INTERCOM|FASTINTERCOM|LOG_LEVEL|SYNC_INTERVAL|NODE_OPTIONS|VITEST)/.test(entry[0]),
  )
  return { ...Object.fromEntries(kept), ...extra }
}

export interface ServedProgram {
  client: Client
  pid: number
  /** Calls a tool and returns its structuredContent; an error result is thrown with its text. */
  call<Answer = Record<string, unknown>>(name: string, args?: Record<string, unknown>): Promise<Answer>
  /** Calls a tool that must fail and returns the error's text. */
  callFailing(name: string, args?: Record<string, unknown>): Promise<string>
}

/** Starts `start` of the built program under the SDK's client; closed with the test. */
export async function serveProgram(options: {
  home: string
  env?: Record<string, string>
  args?: string[]
  program?: string
  /** A command that runs the program, and its arguments. */
  within?: string[]
}): Promise<ServedProgram> {
  const [command = process.execPath, ...args] = [...(options.within ?? []), process.execPath]
  const transport = new StdioClientTransport({
    command,
    args: [
      ...args,
      options.program ?? builtProgram,
      'start',
      '--home',
      options.home,
      ...(options.args ?? []),
    ],
    env: scrubbedEnvironment(options.env),
    stderr: 'ignore',
  })
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  const callTool = async (name: string, args: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name, arguments: args })
    const text = (result.content as { text?: string }[]).map((part) => part.text ?? '').join('\n')
    return { text, isError: result.isError === true, structuredContent: result.structuredContent }
  }
  return {
    client,
    pid: transport.pid ?? -1,
    async call<Answer>(name: string, args?: Record<string, unknown>) {
      const result = await callTool(name, args)
      if (result.isError) throw new Error(`${name} failed: ${result.text}`)
      return result.structuredContent as Answer
    },
    async callFailing(name, args) {
      const result = await callTool(name, args)
      if (!result.isError) throw new Error(`${name} was expected to fail and answered: ${result.text}`)
      return result.text
    },
  }
}

/** Starts the built program without a client; killed with the test if it still runs. */
export function spawnProgram(
  args: string[],
  env: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [builtProgram, ...args], {
    env: scrubbedEnvironment(env),
    stdio: 'pipe',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

export interface ProgramResult {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command to its end. */
export function runProgram(
  args: string[],
  env: Record<string, string> = {},
  input?: string,
): Promise<ProgramResult> {
  const child = spawnProgram(args, env)
  return new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(input ?? '')
  })
}
