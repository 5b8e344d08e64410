import { connect } from 'node:net'
import type { LockRecord } from './lock-record'
import {
  hasEnded,
  isSameBoot,
  isSameStart,
  isUniqueBoot,
  type MachineIdentity,
  readProcessStart,
} from './machine'
import { errnoOf } from './storage-failure'

// Accepting is the kernel's work, done at once even when the owner is busy or stopped.
const connectTimeoutMs = 2_000

// What says that no socket is there: no such file, another kind of file, or no way to name it.
const nobodyListens = new Set(['ENOENT', 'ENOTSOCK', 'EINVAL', 'ENAMETOOLONG'])

/** True when the lock was made on another computer, so that nothing here can tell whether its owner lives. */
export function isFromAnotherMachine(record: LockRecord, here: MachineIdentity): boolean {
  // The same start is the same computer, whatever containers say about its id.
  if (record.bootId === here.bootId && isUniqueBoot(here.bootId)) return false
  return record.machineId !== '' && here.machineId !== '' && record.machineId !== here.machineId
}

export type LifeOfHolder = 'alive' | 'dead' | 'unknown'

/**
 * Whether the owner still lives. Alive is who accepts a connection (also when it then stays silent), or whose process
 * exists since the same start of the computer. Dead is who does neither. Of an owner in another container, where
 * process numbers are others, only the socket tells: refused by the same kernel means that nobody is behind it, and
 * one that cannot be seen from here says nothing (`unknown`).
 */
export async function judgeHolder(record: LockRecord, here: MachineIdentity): Promise<LifeOfHolder> {
  const socket = record.socket === '' ? 'unseen' : await knock(record.socket)
  if (socket === 'accepted') return 'alive'
  if (record.bootId !== '' && here.bootId !== '' && !isSameBoot(record.bootId, here.bootId)) return 'dead'
  if (record.pidSpace !== '' && here.pidSpace !== '' && record.pidSpace !== here.pidSpace) {
    return socket === 'refused' ? 'dead' : 'unknown'
  }
  return processExists(record.pid, record.pidStart) ? 'alive' : 'dead'
}

/** False only when the owner is known to be dead. */
export async function isHolderAlive(record: LockRecord, here: MachineIdentity): Promise<boolean> {
  return (await judgeHolder(record, here)) !== 'dead'
}

function knock(address: string): Promise<'accepted' | 'refused' | 'unseen'> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const answer = (found: 'accepted' | 'refused' | 'unseen'): void => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(connectTimeoutMs, () => answer('accepted'))
    socket.once('connect', () => answer('accepted'))
    socket.once('error', (error) => {
      const code = errnoOf(error) ?? ''
      if (code === 'ECONNREFUSED') answer('refused')
      // Any other error (no permission, queue full) comes from somebody who is there.
      else answer(nobodyListens.has(code) ? 'unseen' : 'accepted')
    })
  })
}

function processExists(pid: number, startedAt: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if (errnoOf(error) !== 'EPERM') return false
  }
  // Its parent may take long to notice, or never.
  if (hasEnded(pid)) return false
  // In a container that was started anew the number is even one's own.
  return isSameStart(startedAt, readProcessStart(pid))
}
