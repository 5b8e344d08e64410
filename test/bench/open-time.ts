import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '../../src/simulator/server'
import { bareOpen, sqlJsEntry } from './bare-scripts'
import { changeConversations, refresh } from './changes'
import { timeOpen, timeScript } from './first-answer'
import { median } from './median'
import { type Place, serve } from './process'
import type { Section } from './rows'

/** Changed before the kill: a journal of some MB, below the size at which a snapshot would take its place. */
const changedBeforeKill = 300
/** Each start that replays the journal is as long as the last: some fewer will do. */
const replayRounds = 7

/** Times the way from the start to the first answer out of the store, after a clean end and after SIGKILL. */
export async function measureOpen(
  place: Place,
  simulator: Simulator,
  folder: string,
  rounds: number,
): Promise<Section> {
  const script = join(folder, 'bare-open.mjs')
  writeFileSync(script, bareOpen)
  const file = join(place.home, 'data.db')
  const bareArguments = [script, sqlJsEntry, file]
  const bare: number[] = []
  const clean: number[] = []
  await timeOpen(place, 'cleanly')
  await timeScript(bareArguments)
  for (let round = 0; round < rounds; round++) {
    bare.push(await timeScript(bareArguments))
    clean.push(await timeOpen(place, 'cleanly'))
  }
  const journalMb = await leaveJournal(place, simulator)
  const replayed: number[] = []
  for (let round = 0; round < Math.min(rounds, replayRounds); round++) {
    replayed.push(await timeOpen(place, 'killed'))
  }
  const fileMb = statSync(file).size / 1e6
  return {
    title: `start to the first answer out of a file of ${fileMb.toFixed(1)} MB, median of ${rounds}`,
    rows: [
      {
        ...{ what: 'after a clean end', figure: median(clean), unit: 'ms' },
        ...{ comparedWith: 'plain sql.js reading the same file', reference: median(bare) },
      },
      {
        what: `after SIGKILL, journal of ${journalMb.toFixed(1)} MB to replay`,
        ...{ figure: median(replayed), unit: 'ms' },
        ...{ comparedWith: 'after a clean end', reference: median(clean) },
      },
      {
        what: 'of it replaying, and taking over the lock',
        ...{ figure: median(replayed) - median(clean), unit: 'ms' },
        ...{ comparedWith: 'what the snapshot policy assumes (10 MB/s)', reference: journalMb * 100 },
      },
    ],
  }
}

/** Changes conversations, has them fetched, and kills the owner; resolves to the size of what it leaves in MB. */
async function leaveJournal(place: Place, simulator: Simulator): Promise<number> {
  const owner = await serve(place)
  await changeConversations(simulator, owner, { count: changedBeforeKill, salt: 2 })
  await refresh(owner)
  await owner.kill()
  return journalBytes(place.home) / 1e6
}

/** Bytes of the journal beside the data file. */
export function journalBytes(home: string): number {
  const journals = readdirSync(home).filter((name) => /^data\.db\.journal\.\d+$/.test(name))
  return journals.reduce((sum, name) => sum + statSync(join(home, name)).size, 0)
}
