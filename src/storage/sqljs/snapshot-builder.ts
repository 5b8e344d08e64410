import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { SnapshotFile, SnapshotTask } from './snapshot-task'

/** A snapshot being made somewhere else. */
export interface SnapshotBuild {
  /**
   * Resolves when the file is durable. Rejects with the error of a file operation, with its code,
   * or with whatever ended the making. Either way nobody touches the file any more.
   */
  done: Promise<SnapshotFile>
  /** Ends it. `done` then rejects, unless it was just done. */
  cancel(): Promise<void>
}

/** Makes snapshots without holding up this thread. May throw when it cannot begin. */
export type SnapshotBuilder = (task: SnapshotTask) => SnapshotBuild

/** What the worker sends back. */
export type WorkerAnswer = { built: SnapshotFile } | { failed: string; code: string | null }

// Records of a journal are read and dropped one by one; without a bound the thread would keep some 40 MB of them.
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

/**
 * Makes each snapshot in a worker thread of its own, which is ended afterwards: a second copy of the store takes
 * several hundred megabytes.
 */
export function createWorkerBuilder(program: URL): SnapshotBuilder {
  return (task) => {
    // Nothing of this process's flags and environment matters there, and its output must not get into ours.
    const worker = new Worker(program, {
      workerData: task,
      execArgv: [],
      env: {},
      stdout: true,
      resourceLimits,
    })
    const answered = new Promise<SnapshotFile>((resolve, reject) => {
      worker.on('message', (answer: WorkerAnswer) => {
        if ('built' in answer) resolve(answer.built)
        else
          reject(Object.assign(new Error(answer.failed), answer.code === null ? {} : { code: answer.code }))
      })
      worker.on('error', reject)
      worker.on('exit', (code) =>
        reject(new Error(`The worker ended without an answer (exit code ${code}).`)),
      )
    })
    const end = async (): Promise<void> => {
      await worker.terminate()
    }
    return { done: answered.finally(end), cancel: end }
  }
}

/**
 * The worker's program beside the chunk that this code is in; null where there is none, as when the sources are run
 * as they are.
 */
export function findSnapshotWorker(): URL | null {
  const ending = /\.m?js$/.exec(import.meta.url)?.[0]
  if (ending === undefined) return null
  const program = new URL(`./snapshot-worker${ending}`, import.meta.url)
  return existsSync(program) ? program : null
}
