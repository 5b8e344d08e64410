import { readFileSync, writeFileSync } from 'node:fs'

/** Memory of a process in MB (10^6 bytes): now, and the highest since it began or since `resetPeak`. */
export interface Memory {
  now: number
  peak: number
}

/** null where there is no /proc, or the process has ended. */
export function memoryOf(pid: number): Memory | null {
  const status = readProc(pid, 'status')
  if (status === null) return null
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6
  const memory = { now: megabytes('VmRSS'), peak: megabytes('VmHWM') }
  // A process that has just ended still has a status, without memory.
  return Number.isNaN(memory.peak) ? null : memory
}

/** Forgets the highest memory so far, so that the next peak is that of one action. False where that cannot be. */
export function resetPeak(pid: number): boolean {
  try {
    // 5 resets the peak resident set size (proc(5)).
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    return true
  } catch {
    return false
  }
}

/**
 * Bytes that a process has handed to write calls: files, but also what it says over pipes and sockets. null where
 * there is no /proc.
 */
export function bytesWritten(pid: number): number | null {
  const written = /^wchar: (\d+)/m.exec(readProc(pid, 'io') ?? '')?.[1]
  return written === undefined ? null : Number(written)
}

/** Processor time of a process so far, all threads together; null where there is no /proc. */
export function cpuSeconds(pid: number): number | null {
  const stat = readProc(pid, 'stat')
  if (stat === null) return null
  // Fields are counted behind the name, which may hold spaces: utime and stime are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / clockTicks
}

// USER_HZ, which is 100 on every Linux that Node runs on.
const clockTicks = 100

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null
  }
}
