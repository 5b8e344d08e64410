import { resolve } from 'node:path'
import type { Service } from '../../service/service'
import type { CommandContext } from '../command-context'
import { showWhile } from '../progress-bar'
import { formatBytes } from '../units'
import { useService } from '../use-service'

/** `snapshot [FILE]`: brings data.db up to date, or writes a copy, while others go on serving. */
export async function runSnapshot(context: CommandContext): Promise<undefined> {
  const [file] = context.positionals
  const written = await showWhile('Writing the file', context, () =>
    useService(context, ({ service }) => snapshot(file ?? null, service, context.signal)),
  )
  if (context.asJson) context.output.json(written)
  else {
    const done = file === undefined ? 'is up to date' : 'is written'
    context.output.item('', `${written.path} ${done} (${formatBytes(written.bytes)}).`)
  }
}

/** Asks whoever owns the store to write; a relative path is the caller's, who may stand in another folder. */
export function snapshot(
  file: string | null,
  service: Service,
  signal: AbortSignal,
): Promise<{ path: string; bytes: number }> {
  return service.writeSnapshot({ file: file === null ? null : resolve(file) }, { signal })
}
