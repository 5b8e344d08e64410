import { type FileLayer, removeIfPossible } from '../../../src/storage/sqljs/file-layer'
import type { SnapshotBuilder } from '../../../src/storage/sqljs/snapshot-builder'
import { buildSnapshot, type SnapshotFile, type SnapshotTask } from '../../../src/storage/sqljs/snapshot-task'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'

/** Does what a worker does, on any files and when it is told to. */
export interface HeldBuilder {
  builder: SnapshotBuilder
  /** Every task it was given. */
  tasks: SnapshotTask[]
  /** Whether a task waits to be finished. */
  isBusy(): boolean
  /** Writes the file of the task and reports it, or the error of a file operation. */
  finish(): void
  /** Ends like a thread that crashes. */
  die(): void
}

export async function createHeldBuilder(files: FileLayer): Promise<HeldBuilder> {
  const sqlJs = await loadSqlJs()
  const tasks: SnapshotTask[] = []
  let current: {
    task: SnapshotTask
    resolve(built: SnapshotFile): void
    reject(error: unknown): void
  } | null = null
  const settle = (action: (held: NonNullable<typeof current>) => void): void => {
    const held = current
    current = null
    if (held !== null) action(held)
  }
  const die = (): void => settle(({ reject }) => reject(new Error('The thread has crashed')))
  return {
    tasks,
    isBusy: () => current !== null,
    builder: (task) => {
      tasks.push(task)
      const done = new Promise<SnapshotFile>((resolve, reject) => {
        current = { task, resolve, reject }
      })
      return { done, cancel: async () => die() }
    },
    finish: () =>
      settle(({ task, resolve, reject }) => {
        try {
          resolve(buildSnapshot(sqlJs, files, task))
        } catch (error) {
          removeIfPossible(files, task.target)
          reject(error)
        }
      }),
    die,
  }
}
