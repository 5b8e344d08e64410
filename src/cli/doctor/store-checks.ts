import { existsSync } from 'node:fs'
import type { Config } from '../../config/finalize'
import type { ServerStatusAnswer } from '../../domain/answers'
import type { Service } from '../../service/service'
import { formatAmount, formatCount, formatSeconds, formatTime } from '../units'
import { type Check, fail, failFor, ok, warn } from './check'

/** Whether there is anything to look at. Looking would make an empty store where there is none. */
export function hasStore({ dbPath }: Config): boolean {
  return existsSync(dbPath)
}

/** What a store that does not exist yet is told with. */
export function describeNoStore(): Check {
  return warn('freshness', 'Nothing is stored yet', 'Run: npx fast-intercom-mcp sync')
}

/** Who has the data, whether it is whole, and how old it is; asked of whoever has it. */
export async function checkStore(service: Service, signal: AbortSignal): Promise<Check[]> {
  let status: ServerStatusAnswer
  try {
    status = await service.getServerStatus({}, { signal })
  } catch (error) {
    signal.throwIfAborted()
    return [failFor('owner', error)]
  }
  return [
    checkOwner(status.process),
    await checkIntegrity(service, status, signal),
    checkThreads(status),
    checkFreshness(status),
  ]
}

function checkOwner(served: ServerStatusAnswer['process']): Check {
  if (served.role === 'owner') return ok('owner', 'No server is running; a client starts it when it needs it')
  if (served.role === 'door') {
    const since = served.owner_since === null ? '' : `, since ${formatTime(served.owner_since)} UTC`
    return ok('owner', `A running server, process ${served.owner_pid}${since}`)
  }
  const reason = served.read_only_reason ?? 'the process that has the data does not answer'
  const mend =
    served.owner_pid === null
      ? 'Make the data folder writable for you.'
      : `Restart the MCP clients; if it stays so, end process ${served.owner_pid}.`
  return warn('owner', `Read only: ${reason}`, mend)
}

async function checkIntegrity(
  service: Service,
  { store, counts }: ServerStatusAnswer,
  signal: AbortSignal,
): Promise<Check> {
  try {
    const { problems } = await service.checkIntegrity({}, { signal })
    const [problem] = problems
    if (problem !== undefined) {
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
      return fail(
        'integrity',
        `${problem}${more}`,
        'Run: npx fast-intercom-mcp reset, then npx fast-intercom-mcp sync',
      )
    }
  } catch (error) {
    signal.throwIfAborted()
    return failFor('integrity', error)
  }
  if (store.recovered !== null) {
    const finding = `A damaged file was set aside: ${store.recovered}`
    return warn(
      'integrity',
      finding,
      'Its data is fetched anew by the next syncs; delete it when it is no longer wanted.',
    )
  }
  const [warning] = store.warnings
  if (warning !== undefined) return warn('integrity', warning, null)
  const found = `${formatAmount(counts.conversations, 'conversation')}, ${formatAmount(counts.messages, 'message')}`
  return ok('integrity', `No damage in ${found}`)
}

/** Those that Intercom counts otherwise in its statistics alone are not spoken of: it may count other things. */
function checkThreads({ incomplete_threads: incomplete, counts }: ServerStatusAnswer): Check {
  const { failed, missing, short } = incomplete
  if (failed + missing + short === 0) {
    return ok(
      'threads',
      counts.threads >= counts.conversations
        ? `Stored with every one of ${formatAmount(counts.conversations, 'conversation')}`
        : `Stored with ${formatCount(counts.threads)} of ${formatAmount(counts.conversations, 'conversation')}; the next syncs fetch the others`,
    )
  }
  const losses = [
    failed > 0 ? `${formatCount(failed)} could not be fetched` : null,
    missing > 0 ? `${formatCount(missing)} ${missing === 1 ? 'was' : 'were'} not found` : null,
    short > 0 ? `${formatCount(short)} came short` : null,
  ]
  const finding = `Of some conversations replies are missing: ${losses.filter((loss) => loss !== null).join(', ')}`
  const where = failed + short > 0 ? '; npx fast-intercom-mcp status names them' : ''
  return warn('threads', finding, `Later syncs ask for them again${where}.`)
}

function checkFreshness({ freshness, sync }: ServerStatusAnswer): Check {
  const mend = 'Run: npx fast-intercom-mcp sync'
  if (sync.last_error) {
    return warn('freshness', `The last sync failed: ${sync.last_error.message}`, mend)
  }
  if (freshness.age_seconds === null) return warn('freshness', 'Never synced', mend)
  const age = `Synced ${formatSeconds(freshness.age_seconds)} ago`
  if (!freshness.stale) return ok('freshness', age)
  if (freshness.age_seconds === 0) {
    const finding = "Last synced at a time that this machine's clock has not reached"
    return warn('freshness', finding, 'Set the clock right, then run: npx fast-intercom-mcp sync')
  }
  if (freshness.refresh === 'started' || freshness.refresh === 'running') {
    return ok('freshness', `${age}; a refresh is running`)
  }
  return warn(
    'freshness',
    `${age}, which counts as stale`,
    `${mend}, or keep a client open that runs the server.`,
  )
}
