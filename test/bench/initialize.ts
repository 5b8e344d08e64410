import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bareServer } from './bare-scripts'
import { timeInitialize, timeScript } from './first-answer'
import { median } from './median'
import type { Place } from './process'
import type { Section } from './rows'

/** The most that the handshake may take beyond a bare script. */
const mostMoreMs = 120

/** Times `initialize` of the program on a store against a bare script that answers the same line, turn about. */
export async function measureInitialize(place: Place, folder: string, rounds: number): Promise<Section> {
  const script = join(folder, 'bare-server.mjs')
  writeFileSync(script, bareServer)
  const bare: number[] = []
  const ours: number[] = []
  // The first of each reads Node and the bundle into the page cache.
  await timeScript([script])
  await timeInitialize(place)
  for (let round = 0; round < rounds; round++) {
    bare.push(await timeScript([script]))
    ours.push(await timeInitialize(place))
  }
  const more = ours.map((ms, round) => ms - (bare[round] ?? Number.NaN))
  return {
    title: `initialize, median of ${rounds} pairs`,
    rows: [
      {
        what: 'start to the answer to initialize',
        ...{ figure: median(ours), unit: 'ms' },
        ...{ comparedWith: 'bare Node script', reference: median(bare) },
      },
      {
        what: 'difference within a pair',
        ...{ figure: median(more), unit: 'ms' },
        ...{ comparedWith: 'target', bound: 'at most' as const, reference: mostMoreMs },
      },
    ],
  }
}
