import type { FileLayer } from '../../../src/storage/sqljs/file-layer'

export interface FileEvent {
  /** `during`: the first half of a write is on the disk. */
  moment: 'before' | 'during' | 'after'
  operation: string
  /** What a rename or link makes; of a handle the file that it was opened for. */
  path: string
}

/** The same files, with a look at every operation before and after it; a watcher that throws stands in its place. */
export function watchFiles(files: FileLayer, watch: (event: FileEvent) => void): FileLayer {
  const handles = new Map<unknown, string>()
  return replaceOperations(files, (operation, run) => (...args) => {
    const path = pathOf(operation, args, handles)
    watch({ moment: 'before', operation, path })
    const result = run(...args)
    if (operation === 'openAppend') handles.set(result, path)
    watch({ moment: 'after', operation, path })
    return result
  })
}

/** The same files, with a look at every write when its first half is on the disk. */
export function watchHalfWrites(files: FileLayer, watch: (event: FileEvent) => void): FileLayer {
  const handles = new Map<number, string>()
  return overrideFiles(files, {
    openAppend(path) {
      const handle = files.openAppend(path)
      handles.set(handle, path)
      return handle
    },
    append(handle, bytes) {
      const half = bytes.length >> 1
      files.append(handle, bytes.subarray(0, half))
      watch({ moment: 'during', operation: 'append', path: handles.get(handle) ?? '' })
      files.append(handle, bytes.subarray(half))
    },
    create(path, bytes) {
      const half = bytes.length >> 1
      files.create(path, bytes.subarray(0, half))
      watch({ moment: 'during', operation: 'create', path })
      const handle = files.openAppend(path)
      files.append(handle, bytes.subarray(half))
      files.close(handle)
    },
  })
}

type Operation = (...args: unknown[]) => unknown

/** A layer with some operations of its own; the rest, also what is unknown here, goes to `files`. */
export function overrideFiles(files: FileLayer, own: Partial<FileLayer>): FileLayer {
  return replaceOperations(files, (name, run) => (Reflect.get(own, name) as Operation | undefined) ?? run)
}

function replaceOperations(
  files: FileLayer,
  replace: (name: string, run: Operation) => Operation,
): FileLayer {
  return new Proxy(files, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return replace(String(name), (...args) => Reflect.apply(value, target, args))
    },
  })
}

function pathOf(operation: string, args: unknown[], handles: Map<unknown, string>): string {
  if (operation === 'rename' || operation === 'link') return String(args[1])
  return handles.get(args[0]) ?? String(args[0])
}
