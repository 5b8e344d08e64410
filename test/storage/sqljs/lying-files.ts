import type { FileLayer } from '../../../src/storage/sqljs/file-layer'
import { overrideFiles } from './watched-files'

/** A layer that says it has cut a file and has not. */
export function letTailsStand(files: FileLayer): FileLayer {
  return overrideFiles(files, { truncate: () => {} })
}

/** The same, and the size says that it has: nothing tells the writer of the tail before it appends. */
export function letTailsStandUnseen(files: FileLayer): FileLayer {
  const hidden = new Map<string, number>()
  return overrideFiles(files, {
    truncate: (path, length) => {
      hidden.set(path, (files.size(path) ?? 0) - length)
    },
    size: (path) => {
      const size = files.size(path)
      return size === null ? null : size - (hidden.get(path) ?? 0)
    },
  })
}

/** Sizes of journals are what was appended to them here, so that nobody else's bytes are ever noticed. */
export function overlookGrowth(files: FileLayer): FileLayer {
  const handles = new Map<number, string>()
  const grown = new Map<string, number>()
  return overrideFiles(files, {
    openAppend: (path) => {
      const handle = files.openAppend(path)
      handles.set(handle, path)
      grown.set(path, files.size(path) ?? 0)
      return handle
    },
    append: (handle, bytes) => {
      const path = handles.get(handle) ?? ''
      grown.set(path, (grown.get(path) ?? 0) + bytes.length)
      files.append(handle, bytes)
    },
    truncate: (path, length) => {
      grown.set(path, length)
      files.truncate(path, length)
    },
    size: (path) => grown.get(path) ?? files.size(path),
  })
}

/** Appended bytes are synced by the next append's sync: what is acknowledged is not on the disk yet. */
export function syncOneAppendLate(files: FileLayer): FileLayer {
  let waiting: (() => void) | null = null
  return overrideFiles(files, {
    append: (handle, bytes) => {
      waiting?.()
      waiting = null
      files.append(handle, bytes)
    },
    syncData: (handle) => {
      waiting = () => files.syncData(handle)
    },
  })
}
