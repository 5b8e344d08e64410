import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { ForceSyncAnswer, SearchAnswer, ServerStatusAnswer } from '../../src/domain/answers'
import type { Simulator } from '../../src/simulator/server'
import { type ServedProgram, serveProgram, temporaryFolder } from './program'
import { startTestSimulator } from './simulator'

interface ServeOptions {
  env?: Record<string, string>
  program?: string
  within?: string[]
}

export interface SharedFolder {
  simulator: Simulator
  home: string
  env: Record<string, string>
  serve(options?: ServeOptions): Promise<ServedProgram>
  serveMany(count: number): Promise<ServedProgram[]>
}

/** A workspace and a way to start servers on one folder, which fetch only when they are told to. */
export async function createSharedFolder(size: number): Promise<SharedFolder> {
  const simulator = await startTestSimulator({ size, days: 20, now: Math.floor(Date.now() / 1000) })
  const home = temporaryFolder()
  const env = {
    INTERCOM_API_URL: simulator.url,
    INTERCOM_ACCESS_TOKEN: simulator.token,
    FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
    FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '600',
  }
  const serve: SharedFolder['serve'] = ({ env: more, ...how } = {}) =>
    serveProgram({ home, env: { ...env, ...more }, ...how })
  const serveMany = (count: number) => Promise.all(Array.from({ length: count }, () => serve()))
  return { simulator, home, env, serve, serveMany }
}

/** Somebody wrote a word that nobody has used before, some seconds ago; returns in which conversation. */
export function writeWord({ world, change, clock }: Simulator, word: string, position: number): string {
  const id = world.ids().at(position) ?? ''
  // A run looks at what changed before the second in which it starts.
  clock.advance(-5)
  change.note(id, `For the record: ${word}.`)
  clock.advance(5)
  return id
}

export function search({ call }: ServedProgram, query: string): Promise<SearchAnswer> {
  return call<SearchAnswer>('search_conversations', { query })
}

export async function find(program: ServedProgram, query: string): Promise<string[]> {
  return (await search(program, query)).conversations.map(({ id }) => id)
}

export function sync({ call }: ServedProgram): Promise<ForceSyncAnswer> {
  return call<ForceSyncAnswer>('force_sync', { wait_seconds: 60 })
}

export function readStatus({ call }: ServedProgram): Promise<ServerStatusAnswer> {
  return call<ServerStatusAnswer>('get_server_status')
}

/** Of several servers the one that has the store, and the rest; all must agree on it. */
export async function tellApart(
  programs: ServedProgram[],
): Promise<{ owner: ServedProgram; doors: ServedProgram[] }> {
  const seen = await Promise.all(programs.map(async (program) => (await readStatus(program)).process))
  const owner = programs.find((_, index) => seen[index]?.role === 'owner')
  if (owner === undefined) throw new Error(`nobody owns the store: ${JSON.stringify(seen)}`)
  for (const [index, program] of programs.entries()) {
    const role = program === owner ? 'owner' : 'door'
    expect(seen[index]).toMatchObject({ pid: owner.pid, owner_pid: owner.pid, role, read_only_reason: null })
  }
  return { owner, doors: programs.filter((program) => program !== owner) }
}

/** Waits until all of a group go through one owner, as they do some moments after a change. */
export async function meet(programs: ServedProgram[]): ReturnType<typeof tellApart> {
  return vi.waitFor(() => tellApart(programs), { timeout: 20_000, interval: 100 })
}

/** What is left beside the data of locks and sockets. */
export function readLeftovers(home: string): { locks: string[]; others: string[] } {
  const names = readdirSync(home).filter((name) => /\.(lock|socket)\.|\.tmp$/.test(name))
  const isLock = (name: string) => /\.lock\.\d+$/.test(name)
  return {
    locks: names.filter(isLock).map((name) => readFileSync(join(home, name), 'utf8').trim()),
    others: names.filter((name) => !isLock(name)),
  }
}

/** Resident and highest resident memory of a process in MB; null where the system does not say. */
export function readMemory(pid: number): { nowMb: number; peakMb: number } | null {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  const read = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s*(\\d+)`).exec(text)?.[1] ?? 0) / 1024)
  return { nowMb: read('VmRSS'), peakMb: read('VmHWM') }
}

/** A figure for whoever reads the test's output; no test depends on it. */
export function report(line: string): void {
  process.stdout.write(`  measured: ${line}\n`)
}
