import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { bundleChild } from '../storage/sqljs/child-bundle'
import { runSyncContest } from './torture-sync'

const kills = 20

it('three processes syncing into one store, killed at random moments, lose nothing and complete', async () => {
  const folder = temporaryFolder()
  const simulator = await startTestSimulator({ size: 300, latency: { baseMs: 5 }, rateLimit: 1_000_000 })
  const program = await bundleChild('torture-child', folder, dirname(fileURLToPath(import.meta.url)))

  const summary = await runSyncContest({ program, folder, simulator, kills, seed: 20_261_121 })

  expect(summary.violations).toEqual([])
  expect(summary.kills).toBe(kills)
  expect(summary.owners).toBeGreaterThan(kills / 3)
  expect(summary.completed).toBeGreaterThan(0)
  // What was under way at a kill is fetched again, at most so much; everything would be 300 threads each time.
  const mostFetchedAgain = 100
  const threads = summary.completed * simulator.world.count()
  expect(simulator.requests.count('conversations.get')).toBeLessThan(threads + kills * mostFetchedAgain)
}, 180_000)
