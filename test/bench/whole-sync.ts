import { closeSync, fdatasyncSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '../../src/simulator/server'
import { bareFetch } from './bare-scripts'
import { bytesWritten, cpuSeconds, type Memory, memoryOf } from './proc'
import { type Place, runNode } from './process'
import type { Section } from './rows'
import { measureStoreRate } from './store-rate'
import { conversationsPerPage, worldDays } from './workspace'

/** Intercom's usual limit for an app. One request fetches one thread. */
const requestsPerMinute = 10_000
const mostPeakMb = 600

interface Watched {
  memory: Memory | null
  cpu: number | null
  written: number | null
}

/** Runs `sync` of the built program over the whole history of the simulator, into an empty home folder. */
export async function measureSync(place: Place, simulator: Simulator, folder: string): Promise<Section> {
  const conversations = simulator.world.count()
  const last: Watched = { memory: null, cpu: null, written: null }
  const startedMs = performance.now()
  await runNode(
    [place.program, 'sync', '--home', place.home, '--days', `${worldDays + 1}`],
    place.env,
    (pid) => {
      last.memory = memoryOf(pid) ?? last.memory
      last.cpu = cpuSeconds(pid) ?? last.cpu
      last.written = bytesWritten(pid) ?? last.written
    },
  )
  const seconds = (performance.now() - startedMs) / 1000
  const fileMb = statSync(join(place.home, 'data.db')).size / 1e6
  const perSecond = conversations / seconds
  const unit = 'conversations/s'
  return {
    title: `sync of ${conversations.toLocaleString('en')} conversations from an empty store (${seconds.toFixed(1)} s)`,
    rows: [
      ...(await measureStoreRate(simulator.world, { program: place.program, folder })),
      {
        ...{ what: 'fetched and stored', figure: perSecond, unit },
        ...{
          comparedWith: 'what 10,000 requests a minute allow',
          bound: 'at least',
          reference: allowedPerSecond(),
        },
      },
      {
        ...{ what: 'fetched and stored', figure: perSecond, unit },
        comparedWith: 'bare script that fetches the same threads and drops them',
        reference: await fetchRate(simulator, folder),
      },
      {
        ...{ what: 'fetched and stored', figure: perSecond, unit },
        comparedWith: 'the same messages appended to a plain file, fdatasync for every 50 conversations',
        reference: plainWriteRate(simulator, folder),
      },
      {
        what: "program's own processor time per conversation",
        figure: last.cpu === null ? null : (last.cpu * 1000) / conversations,
        ...{ unit: 'ms', comparedWith: 'elapsed time', reference: (seconds * 1000) / conversations },
      },
      {
        ...{ what: 'bytes written', figure: last.written === null ? null : last.written / 1e6, unit: 'MB' },
        ...{ comparedWith: 'file at the end', reference: fileMb },
      },
      {
        ...{ what: 'memory, peak', figure: last.memory?.peak ?? null, unit: 'MB' },
        ...{ comparedWith: 'target', bound: 'at most', reference: mostPeakMb },
      },
    ],
  }
}

function allowedPerSecond(): number {
  return requestsPerMinute / 60 / (1 + 1 / conversationsPerPage)
}

// Enough for a steady rate, and a few seconds only.
const fetchedByScript = 5_000

/** How fast the simulator answers somebody who does nothing with the answer. */
async function fetchRate({ url, token, world }: Simulator, folder: string): Promise<number> {
  const ids = world.ids().slice(-fetchedByScript)
  const script = join(folder, 'bare-fetch.mjs')
  const list = join(folder, 'ids.json')
  writeFileSync(script, bareFetch)
  writeFileSync(list, JSON.stringify(ids))
  return ids.length / Number(await runNode([script, url, token, list]))
}

/** The least that durable storing costs: the text of the messages, in batches of the same size. */
function plainWriteRate({ world }: Simulator, folder: string): number {
  const ids = world.ids().slice(-fetchedByScript)
  const batches: string[] = []
  for (let from = 0; from < ids.length; from += 50) {
    const some = ids.slice(from, from + 50)
    batches.push(some.map((id) => JSON.stringify(world.messages(id))).join('\n'))
  }
  const handle = openSync(join(folder, 'plain.ndjson'), 'w')
  const startedMs = performance.now()
  for (const batch of batches) {
    writeSync(handle, batch)
    fdatasyncSync(handle)
  }
  const seconds = (performance.now() - startedMs) / 1000
  closeSync(handle)
  return ids.length / seconds
}
