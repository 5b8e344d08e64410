import { connect } from 'node:net'
import type { LockRecord } from './lock-record'
import { isSameBoot, isUniqueBoot, type MachineIdentity, readProcessStart } from './machine'
import { errnoOf } from './storage-failure'

// Accepting is the kernel's work, done at once even when the owner is busy or stopped.
const connectTimeoutMs = 2_000

// What says that nobody listens there: no such socket, nobody behind it, or another kind of file.
const nobodyListens = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EINVAL', 'ENAMETOOLONG'])

/** True when the lock was made on another computer, so that nothing here can tell whether its owner lives. */
export function isFromAnotherMachine(record: LockRecord, here: MachineIdentity): boolean {
  // The same start is the same computer, whatever containers say about its id.
  if (record.bootId === here.bootId && isUniqueBoot(here.bootId)) return false
  return record.machineId !== '' && here.machineId !== '' && record.machineId !== here.machineId
}

/**
 * Whether the owner still lives: it accepts a connection (also when it then stays silent), or its process exists
 * since the same start of the computer.
 */
export async function isHolderAlive(record: LockRecord, here: MachineIdentity): Promise<boolean> {
  if (record.socket !== '' && (await accepts(record.socket))) return true
  if (record.bootId !== '' && here.bootId !== '' && !isSameBoot(record.bootId, here.bootId)) return false
  return processExists(record.pid, record.pidStart)
}

function accepts(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const answer = (alive: boolean): void => {
      socket.destroy()
      resolve(alive)
    }
    socket.setTimeout(connectTimeoutMs, () => answer(true))
    socket.once('connect', () => answer(true))
    // Any other error (no permission, queue full) comes from somebody who is there.
    socket.once('error', (error) => answer(!nobodyListens.has(errnoOf(error) ?? '')))
  })
}

function processExists(pid: number, startedAt: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if (errnoOf(error) !== 'EPERM') return false
  }
  const start = readProcessStart(pid)
  // In a container that was started anew the number is even one's own.
  return startedAt === '' || start === '' || start === startedAt
}
