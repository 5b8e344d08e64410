import { dirname } from 'node:path'
import type { FileLayer } from '../../../src/storage/sqljs/file-layer'

interface Inode {
  content: Buffer
  /** What survives a power cut; null when it was never synced. */
  synced: Buffer | null
}

type NameChange = { path: string; inode: Inode | null }

/** Which of the things that were not synced a power cut happens to leave. */
export interface PowerCut {
  /** How many of the changes to the folder since its last sync, in their order. */
  nameChanges: number
  /** Share of the bytes appended to a file since its last sync. */
  appended: number
}

/** Operations that change a file or a folder: between them a crash makes a difference. */
export type ChangingOperation =
  | 'create'
  | 'append'
  | 'syncData'
  | 'sync'
  | 'syncFolder'
  | 'truncate'
  | 'rename'
  | 'link'
  | 'remove'

/**
 * A disk in memory that knows what has been synced: it can be cut off from power, and any of its operations can
 * be made to fail.
 */
export class VolatileFiles implements FileLayer {
  /** Called before each changing operation; may throw in its place. */
  before: (operation: ChangingOperation, path: string) => void = () => {}
  readonly reads: string[] = []
  readonly #names = new Map<string, Inode>()
  readonly #syncedNames = new Map<string, Inode>()
  readonly #unsynced: NameChange[] = []
  readonly #handles = new Map<number, { path: string; inode: Inode }>()
  #nextHandle = 1

  get unsyncedNameChanges(): number {
    return this.#unsynced.length
  }

  /** The disk as a killed process leaves it: everything written is there. */
  afterKill(): VolatileFiles {
    return VolatileFiles.#of(this.#names, (inode) => inode.content)
  }

  /** The disk after a power cut. */
  afterPowerCut({ nameChanges, appended }: PowerCut): VolatileFiles {
    const names = new Map(this.#syncedNames)
    for (const { path, inode } of this.#unsynced.slice(0, nameChanges)) {
      if (inode === null) names.delete(path)
      else names.set(path, inode)
    }
    return VolatileFiles.#of(names, ({ content, synced }) => {
      const kept = synced ?? Buffer.alloc(0)
      const tail = content.subarray(kept.length)
      return Buffer.concat([kept, tail.subarray(0, Math.floor(tail.length * appended))])
    })
  }

  static #of(names: Map<string, Inode>, contentOf: (inode: Inode) => Buffer): VolatileFiles {
    const files = new VolatileFiles()
    for (const [path, inode] of names) {
      const content = Buffer.from(contentOf(inode))
      const copy = { content, synced: content }
      files.#names.set(path, copy)
      files.#syncedNames.set(path, copy)
    }
    return files
  }

  read(path: string, zerosBehind = 0): Buffer | null {
    this.reads.push(path)
    const inode = this.#names.get(path)
    if (inode === undefined) return null
    // Not concatenated: zeros that are never written to take no memory.
    const bytes = Buffer.alloc(inode.content.length + zerosBehind)
    inode.content.copy(bytes)
    return bytes
  }

  readStart(path: string, length: number): Buffer | null {
    return this.#names.get(path)?.content.subarray(0, length) ?? null
  }

  size(path: string): number | null {
    return this.#names.get(path)?.content.length ?? null
  }

  list(folder: string): string[] {
    const paths = [...this.#names.keys()].filter((path) => dirname(path) === folder)
    return paths.map((path) => path.slice(folder.length + 1))
  }

  createFolder(): void {}

  create(path: string, bytes: Uint8Array): void {
    this.before('create', path)
    if (this.#names.has(path)) throw systemError('EEXIST')
    this.#setName(path, { content: Buffer.from(bytes), synced: null })
  }

  openAppend(path: string): number {
    const handle = this.#nextHandle++
    this.#handles.set(handle, { path, inode: this.#inode(path) })
    return handle
  }

  append(handle: number, bytes: Uint8Array): void {
    const { path, inode } = this.#open(handle)
    try {
      this.before('append', path)
    } catch (error) {
      // A disk that fills up takes the first part.
      inode.content = Buffer.concat([inode.content, bytes.subarray(0, bytes.length >> 1)])
      throw error
    }
    inode.content = Buffer.concat([inode.content, bytes])
  }

  syncData(handle: number): void {
    const { path, inode } = this.#open(handle)
    this.before('syncData', path)
    inode.synced = inode.content
  }

  close(handle: number): void {
    this.#handles.delete(handle)
  }

  sync(path: string): void {
    this.before('sync', path)
    const inode = this.#inode(path)
    inode.synced = inode.content
  }

  syncFolder(folder: string): void {
    this.before('syncFolder', folder)
    this.#unsynced.length = 0
    this.#syncedNames.clear()
    for (const [path, inode] of this.#names) this.#syncedNames.set(path, inode)
  }

  truncate(path: string, length: number): void {
    this.before('truncate', path)
    const inode = this.#inode(path)
    inode.content = inode.content.subarray(0, length)
    inode.synced = inode.content
  }

  rename(from: string, to: string): void {
    this.before('rename', to)
    const inode = this.#inode(from)
    this.#setName(to, inode)
    this.#setName(from, null)
  }

  link(from: string, to: string): void {
    this.before('link', to)
    if (this.#names.has(to)) throw systemError('EEXIST')
    this.#setName(to, this.#inode(from))
  }

  remove(path: string): void {
    this.before('remove', path)
    if (this.#names.has(path)) this.#setName(path, null)
  }

  #setName(path: string, inode: Inode | null): void {
    if (inode === null) this.#names.delete(path)
    else this.#names.set(path, inode)
    this.#unsynced.push({ path, inode })
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw systemError('ENOENT')
    return inode
  }

  #open(handle: number): { path: string; inode: Inode } {
    const open = this.#handles.get(handle)
    if (open === undefined) throw systemError('EBADF')
    return open
  }
}

/** An error as the file system throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}
