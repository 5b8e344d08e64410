import { expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/sqljs'
import { bundleChild, bundleWorker } from './child-bundle'
import { runContest } from './contest'

const kills = 80

it('three processes on one store, killed at random moments, lose nothing acknowledged and repeat nothing', async () => {
  const folder = temporaryFolder()
  await bundleWorker(folder)
  const program = await bundleChild('contending-child', folder)

  const summary = await runContest({ program, folder, kills, seed: 20_261_121 })

  expect(summary.violations).toEqual([])
  expect(summary.kills).toBe(kills)
  expect(summary.owners).toBeGreaterThan(kills / 2)
  expect(summary.acknowledged).toBeGreaterThan(kills)
  expect(summary.killedIn).toMatchObject({ append: expect.any(Number), snapshot: expect.any(Number) })
}, 120_000)
