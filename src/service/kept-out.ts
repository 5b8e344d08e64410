import { ConfigurationError, type StorageError } from '../domain/errors'

/** Why a process reads the files by itself instead of asking their owner, and who that is. */
export interface KeptOut {
  /** null when nobody has the store, and nobody can. */
  owner: Owner | null
  /** What is the matter, as a clause: "process 4711, which has the data, does not answer". */
  reason: string
  /** What to do about it, as a sentence. */
  hint: string
}

export interface Owner {
  pid: number
  /** ISO 8601; null when unknown. */
  since: string | null
}

/** The owner lives and does not answer; it may be stopped, or busy beyond measure. */
export function silentOwner(owner: Owner): KeptOut {
  return {
    owner,
    reason: `process ${owner.pid}, which has the data, does not answer`,
    hint: `It is asked again all the time; if it stays so, end process ${owner.pid}.`,
  }
}

/** The owner is of another version, and the two might understand one another wrongly. */
export function otherVersion(owner: Owner, message: string): KeptOut {
  return {
    owner,
    reason: `process ${owner.pid} has the data and runs another version (${message.replace(/\.$/, '')})`,
    hint: 'Restart the MCP clients, so that all of them run the same version.',
  }
}

/** The folder is read-only, or the disk is full: nobody can own what cannot be written. */
export function cannotWrite({ message, hint }: StorageError): KeptOut {
  return {
    owner: null,
    // A clause, from a sentence.
    reason: `${message.slice(0, 1).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`,
    hint: hint ?? 'It is tried again now and then.',
  }
}

/** The line for people, for every answer of such a process. */
export function describeKeptOut({ owner, reason, hint }: KeptOut): string {
  if (owner === null) return `Read only: ${reason}. Nothing is refreshed meanwhile. ${hint}`
  return `Read only: ${reason}. What it stores from now on may be missing here. ${hint}`
}

/** What an order to sync is answered with. */
export function cannotSync({ reason, hint }: KeptOut): ConfigurationError {
  return new ConfigurationError(`This process only reads the stored data and cannot sync: ${reason}.`, {
    hint,
  })
}
