import { cpus, release, totalmem, type } from 'node:os'

/** What the figures were taken on, in one line. */
export function describeMachine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory}, ${type()} ${release()}, Node ${process.version}`
}
