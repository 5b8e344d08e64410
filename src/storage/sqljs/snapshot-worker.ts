import { parentPort, workerData } from 'node:worker_threads'
import { createFileLayer, removeIfPossible } from './file-layer'
import type { WorkerAnswer } from './snapshot-builder'
import { buildSnapshot, type SnapshotTask } from './snapshot-task'
import { errnoOf } from './storage-failure'
import { loadSqlJs } from './wasm'

// The program of a thread that makes one snapshot and answers once (see createWorkerBuilder).

parentPort?.postMessage(await answer(workerData as SnapshotTask))

async function answer(task: SnapshotTask): Promise<WorkerAnswer> {
  const files = createFileLayer()
  try {
    return { built: buildSnapshot(await loadSqlJs(), files, task) }
  } catch (error) {
    removeIfPossible(files, task.target)
    // An Error that is sent to another thread loses its code.
    return { failed: error instanceof Error ? error.message : String(error), code: errnoOf(error) }
  }
}
