import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { measureInitialize } from './initialize'
import { measureMemory } from './memory'
import { measureOpen } from './open-time'
import { placeFor } from './process'
import { measureRefreshBytes } from './refresh-bytes'
import type { Section } from './rows'
import { measureStalls } from './stalls'
import { type Comparison, compareWithSource } from './verify'
import { measureSync } from './whole-sync'
import { startWorkspace } from './workspace'

export interface StoreReport {
  /** After the sync, and after all changes and kills. */
  comparisons: Comparison[]
  sections: Section[]
}

export interface StoreOptions {
  size: number
  /** Path of the dialogues; null for a generated world. */
  corpus: string | null
  program: string
  /** Of the benchmark, for all that it writes. */
  folder: string
  rounds: number
  /** Leaves out what a second, smaller store would only repeat: initialize, opening and stalls. */
  brief: boolean
  say(line: string): void
}

/** Takes one store through its life: filled, compared with its source, opened, served, refreshed, compared again. */
export async function measureStore(options: StoreOptions): Promise<StoreReport> {
  const { size, folder, rounds, brief, say } = options
  const named = size.toLocaleString('en')
  say(`Making ${named} conversations`)
  const simulator = await startWorkspace(size, options.corpus)
  const { world } = simulator
  const place = placeFor(options.program, join(folder, `home-${size}`), simulator)
  const file = join(place.home, 'data.db')
  const sections: Section[] = []
  const step = async (doing: string, measure: () => Promise<Section>): Promise<void> => {
    say(`${doing} (${named})`)
    sections.push(await measure())
  }
  try {
    await step('Syncing', () => measureSync(place, simulator, folder))
    say(`Comparing every message with its source (${named})`)
    const comparisons = [await compareWithSource(file, world)]
    if (!brief) await step('initialize', () => measureInitialize(place, folder, rounds))
    await step('Memory', () => measureMemory(place, simulator, folder))
    await step('Refreshing', () => measureRefreshBytes(place, simulator))
    if (!brief) await step('Opening', () => measureOpen(place, simulator, folder, rounds))
    say(`Comparing again after all changes and kills (${named})`)
    comparisons.push(await compareWithSource(file, world))
    if (!brief) sections.push(...(await measureStalls(simulator, options)))
    return { comparisons, sections }
  } finally {
    await simulator.close()
    rmSync(place.home, { recursive: true, force: true, maxRetries: 5 })
  }
}
