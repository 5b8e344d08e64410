import { setTimeout as delay } from 'node:timers/promises'
import { OwnerRefusedError, OwnerUnreachableError } from '../../service/connection-errors'
import { connectToOwner, type DoorOptions } from '../../service/remote'
import { readLockHolder } from '../../storage/sqljs/lock'
import { isHolderAlive } from '../../storage/sqljs/lock-holder'
import type { LockRecord } from '../../storage/sqljs/lock-record'
import { readMachineIdentity } from '../../storage/sqljs/machine'

export interface OwnerWatch {
  /** Settles when it is worth asking anew who has the store. */
  ended: Promise<void>
  stop(): void
}

export interface OwnerWatchOptions {
  dbPath: string
  holder: LockRecord
  door: DoorOptions
  pauseMs?: number
  /** How long a view of the files is good enough whose owner goes on writing. */
  viewForMs?: number
}

/** One open connection waits for the owner, so that it is noticed at once when it wakes. */
const patienceMs = 30_000

/**
 * Watches an owner that could not be asked, behind the back of a process that answers from the files meanwhile, until
 * it answers, dies or hands the store on. One of another version goes on writing, so its files are read anew now and
 * then.
 */
export function watchOwner(options: OwnerWatchOptions): OwnerWatch {
  const stopped = new AbortController()
  const { signal } = stopped
  return {
    ended: watch(options, signal),
    stop: () => stopped.abort(),
  }
}

async function watch(options: OwnerWatchOptions, signal: AbortSignal): Promise<void> {
  const { dbPath, holder, pauseMs = 1_000, viewForMs = 30_000 } = options
  const startedAtMs = performance.now()
  while (!signal.aborted && readLockHolder(dbPath)?.key === holder.key) {
    const found = await ask(options, signal)
    if (found === 'answers' || found === 'dead') return
    if (found === 'refuses' && performance.now() - startedAtMs >= viewForMs) return
    await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

async function ask(
  { door, holder }: OwnerWatchOptions,
  signal: AbortSignal,
): Promise<'answers' | 'refuses' | 'silent' | 'dead'> {
  try {
    const entered = await connectToOwner({ ...door, timeoutMs: patienceMs, signal })
    await entered.close()
    return 'answers'
  } catch (error) {
    if (error instanceof OwnerRefusedError) return 'refuses'
    if (!(error instanceof OwnerUnreachableError) || error.kind === 'silent') return 'silent'
    return (await isHolderAlive(holder, readMachineIdentity())) ? 'silent' : 'dead'
  }
}
