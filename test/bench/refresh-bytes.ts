import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '../../src/simulator/server'
import { defaultSnapshotPolicy } from '../../src/storage/sqljs/snapshot-policy'
import { changeConversations, refresh } from './changes'
import { median, medianOrNull } from './median'
import { journalBytes } from './open-time'
import { bytesWritten } from './proc'
import { type Place, runNode, type Served, serve } from './process'
import type { Row, Section } from './rows'

const changedCounts = [0, 10, 100]
/** One search, one look at what was deleted, and one request for each thread. */
const mostRequests = new Map([
  [0, 2],
  [100, 105],
])
const roundsEach = 3
/** The journal is replaced by a snapshot when it has grown to this; what that costs falls on all who filled it. */
const journalLimitBytes = defaultSnapshotPolicy.whenIdleAbove

interface Refresh {
  /** By the process, pipes and sockets included; null where there is no /proc. */
  written: number | null
  /** That the journal grew by. */
  journal: number
  /** Of the changed threads as Intercom sends them. */
  sent: number
  requests: number
}

/** Requests that a refresh sends and bytes that it writes after no, some and many changes, and what comes on top for the next snapshot. */
export async function measureRefreshBytes(place: Place, simulator: Simulator): Promise<Section> {
  const owner = await serve(place)
  await refresh(owner)
  const fileBytes = statSync(join(place.home, 'data.db')).size
  const rows: Row[] = []
  for (const [position, count] of changedCounts.entries()) {
    // With an empty journal, so that no snapshot falls due in between.
    await runNode([place.program, 'snapshot', '--home', place.home], place.env)
    const refreshes: Refresh[] = []
    for (let round = 0; round < roundsEach; round++) {
      refreshes.push(
        await measureOne(place, owner, simulator, { count, salt: 10 + position * roundsEach + round }),
      )
    }
    rows.push(...toRows(count, refreshes, fileBytes))
  }
  await owner.close()
  const size = simulator.world.count().toLocaleString('en')
  return { title: `refresh of ${size} conversations, median of ${roundsEach}`, rows }
}

async function measureOne(
  { home }: Place,
  owner: Served,
  simulator: Simulator,
  change: { count: number; salt: number },
): Promise<Refresh> {
  const changed = await changeConversations(simulator, owner, change)
  const sent = changed.map((id) => JSON.stringify(simulator.world.conversation(id)).length)
  const writtenBefore = bytesWritten(owner.pid)
  const journalBefore = journalBytes(home)
  const requestsBefore = simulator.requests.total
  await refresh(owner)
  const written = bytesWritten(owner.pid)
  return {
    written: written === null || writtenBefore === null ? null : written - writtenBefore,
    journal: journalBytes(home) - journalBefore,
    sent: sent.reduce((sum, bytes) => sum + bytes, 0),
    requests: simulator.requests.total - requestsBefore,
  }
}

function toRows(count: number, refreshes: Refresh[], fileBytes: number): Row[] {
  const unit = 'kB'
  const written = medianOrNull(refreshes.map((each) => each.written))
  const journal = median(refreshes.map((each) => each.journal))
  const sent = median(refreshes.map((each) => each.sent))
  const wholeFile = { unit, comparedWith: 'rewriting the file', reference: fileBytes / 1000 }
  const rows: Row[] = [
    ...requestRows(count, refreshes),
    {
      what: `${count} changed, bytes written`,
      ...{ figure: written === null ? null : written / 1000, ...wholeFile },
    },
  ]
  if (count === 0) return rows
  const fromSource = {
    unit,
    comparedWith: 'the changed threads as Intercom sends them',
    reference: sent / 1000,
  }
  const withSnapshot = (journal * (1 + fileBytes / journalLimitBytes)) / 1000
  return [
    ...rows,
    { what: `${count} changed, of it the journal`, figure: journal / 1000, ...fromSource },
    { what: `${count} changed, with their share of a snapshot`, figure: withSnapshot, ...wholeFile },
  ]
}

function requestRows(count: number, refreshes: Refresh[]): Row[] {
  const reference = mostRequests.get(count)
  if (reference === undefined) return []
  const figure = median(refreshes.map(({ requests }) => requests))
  const target = { comparedWith: 'target', bound: 'at most' as const, reference }
  return [{ what: `${count} changed, requests`, figure, unit: 'requests', ...target }]
}
