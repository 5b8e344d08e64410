import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadDialogues } from '../../src/simulator/generate/corpus'
import { type Simulator, startSimulator } from '../../src/simulator/server'
import { createWorld } from '../../src/simulator/world'

const besideProject = fileURLToPath(new URL('../../../shared/corpus/dialogues.ndjson.gz', import.meta.url))

/** History that a sync has to ask for so that it gets all of the world. */
export const worldDays = 60

/** The most that one request to search brings. */
export const conversationsPerPage = 150

/** The dialogues that conversations are made of; null when there are none and the generated world has to do. */
export function findCorpus(): string | null {
  const named = process.env.CORPUS
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CORPUS names ${named}, which does not exist.`)
    return named
  }
  return existsSync(besideProject) ? besideProject : null
}

/**
 * Starts an Intercom of that many conversations. By default it answers at once and its rate limit is never reached,
 * so that storing is measured.
 */
export async function startWorkspace(
  size: number,
  corpus: string | null,
  { rateLimit = 10_000_000, latencyMs = 0 }: { rateLimit?: number; latencyMs?: number } = {},
): Promise<Simulator> {
  const now = Math.floor(Date.now() / 1000)
  const dialogues = corpus === null ? undefined : await loadDialogues(corpus)
  const world = createWorld({ size, now, days: worldDays, seed: 'bench', dialogues })
  return startSimulator({ world, now, rateLimit, latency: { baseMs: latencyMs } })
}
