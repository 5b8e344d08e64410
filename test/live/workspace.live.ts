import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Check } from '../../src/cli/doctor/check'
import type { ForceSyncAnswer } from '../../src/domain/answers'
import type { VerifyAnswer } from '../../src/domain/verification'
import { intercomHosts } from '../../src/intercom/hosts'
import { startSimulator } from '../../src/simulator/server'
import { runProgram, temporaryFolder } from '../helpers/program'
import { createObservations, type Observations } from './observations'
import { startRecordingProxy } from './recording-proxy'
import { findSurprises, type LiveRun, writeReport } from './report'

// The built program against a real workspace: `INTERCOM_ACCESS_TOKEN=… npm run test:live`. It only reads.

const { INTERCOM_ACCESS_TOKEN: token, INTERCOM_API_VERSION: apiVersion } = process.env
const region = process.env.INTERCOM_REGION?.toLowerCase() ?? 'us'
const target = (
  process.env.INTERCOM_API_URL ||
  intercomHosts[region as keyof typeof intercomHosts] ||
  intercomHosts.us
).replace(/\/+$/, '')
const sampled = 50
const say = (line: string) => process.stdout.write(`${line}\n`)

if (!token) {
  say(
    'SKIPPED: npm run test:live needs a workspace. Set INTERCOM_ACCESS_TOKEN (and INTERCOM_REGION) and run it again.',
  )
}

interface Target {
  url: string
  token: string
}

type Diagnosis = { checks: Check[]; verification: VerifyAnswer | null }

/** Syncs, verifies and syncs again through a proxy that watches. */
async function runSteps({ url, token: used }: Target, seen: Observations) {
  const home = temporaryFolder()
  const proxy = await startRecordingProxy(url, seen.observe)
  const env = {
    ...{ INTERCOM_API_URL: proxy.url, INTERCOM_ACCESS_TOKEN: used, FASTINTERCOM_LOG_LEVEL: 'WARN' },
    ...(apiVersion ? { INTERCOM_API_VERSION: apiVersion } : {}),
  }
  const steps: LiveRun['steps'] = []
  const run = async (name: string, args: string[]) => {
    seen.begin(name)
    const startedMs = performance.now()
    const { code, stdout, stderr } = await runProgram([...args, '--json', '--home', home], env)
    steps.push({ name, code, seconds: (performance.now() - startedMs) / 1000, stderr })
    return parse(stdout)
  }
  const firstSync = (await run('first sync', ['sync', '--days', '3'])) as ForceSyncAnswer | null
  const diagnosis = (await run('doctor', [
    'doctor',
    '--verify',
    '--sample',
    String(sampled),
  ])) as Diagnosis | null
  const secondSync = (await run('second sync', ['sync'])) as ForceSyncAnswer | null
  await proxy.close()
  return { steps, firstSync, secondSync, diagnosis, logged: readLog(home) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Messages only: their fields name ids and times, which differ from line to line. */
function readLog(home: string): Map<string, number> {
  const file = join(home, 'logs', 'fast-intercom-mcp.log')
  const messages = new Map<string, number>()
  if (!existsSync(file)) return messages
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const entry = parse(line) as { message?: string } | null
    if (entry?.message) messages.set(entry.message, (messages.get(entry.message) ?? 0) + 1)
  }
  return messages
}

/** What the simulator sends when the same is asked of it. */
async function observeSimulator(): Promise<Observations> {
  const simulator = await startSimulator({ size: 300, days: 3, seed: 'live', token: 'simulator-token' })
  const seen = createObservations()
  try {
    await runSteps(simulator, seen)
  } finally {
    await simulator.close()
  }
  return seen
}

it.skipIf(!token)('fetches a few days, compares them, and reports what is unlike the simulator', async () => {
  const startedAt = new Date().toISOString()
  const seen = createObservations()
  const result = await runSteps({ url: target, token: token ?? '' }, seen)
  const run: LiveRun = {
    ...{ startedAt, host: new URL(target).host, ...result, seen },
    versions: `API version ${apiVersion || '2.16'}, Node ${process.version}, ${process.platform}`,
    simulated: await observeSimulator(),
  }
  const file = join(tmpdir(), `fast-intercom-live-report-${startedAt.slice(0, 16).replace(':', '-')}.md`)
  writeFileSync(file, writeReport(run), { mode: 0o600 })
  for (const surprise of findSurprises(run)) say(`- ${surprise}`)
  say(`REPORT: ${file}`)

  expect(result.steps.map(({ name, code }) => [name, code])).toEqual([
    ['first sync', 0],
    ['doctor', 0],
    ['second sync', 0],
  ])
  expect(result.diagnosis?.verification?.differences_total).toBe(0)
})
