import type { Config } from '../../config/finalize'
import type { Logger } from '../../logger'
import { startSimulator } from '../../simulator/server'
import { createWorld, type World } from '../../simulator/world'
import type { CommandContext } from '../command-context'
import { createIntercomApi } from '../runtime/intercom-api'
import type { RuntimeOptions } from '../runtime/runtime'
import { type DemoWorld, findDemoFolder, prepareDemoWorld, readDemoOptions, sampleToken } from './demo-place'

/** Days over which the sample conversations are spread: a quarter, so that every timeframe has something to show. */
const historyDays = 90

/** Calls in ten seconds: more than Intercom grants, because nobody should wait for a limit that is not real. */
const rateLimit = 20_000

/** Builds the conversations of a sample workspace: the same ones for the same numbers, on every machine. */
export function createSampleWorld({ seed, size, now }: DemoWorld): World {
  return createWorld({ seed, size, now, days: historyDays })
}

/** A sample workspace and the folder of its data. */
interface SampleWorkspace {
  folder: string
  demo: DemoWorld
  world: World
}

/**
 * Finds or begins the sample workspace that the options name. With `fresh` also a young one is begun anew, unless
 * somebody serves it.
 */
export async function openSampleWorkspace(
  context: CommandContext,
  { fresh }: { fresh: boolean },
): Promise<SampleWorkspace> {
  const asked = readDemoOptions(context.options)
  const folder = findDemoFolder(context, asked)
  const nowSeconds = Math.floor(Date.now() / 1000)
  const demo = await prepareDemoWorld(folder, asked, { fresh, nowSeconds })
  return { folder, demo, world: createSampleWorld(demo) }
}

/**
 * The simulator as a source of conversations. It is started by whoever owns the store, on a port of its own; doors
 * compare the workspace and not the port.
 */
export function createSampleSource(
  world: World,
  { seed, size, now }: DemoWorld,
  config: Config,
  logger: Logger,
): NonNullable<RuntimeOptions['source']> {
  return {
    address: `simulator:${seed}-${size}-${now}`,
    async open() {
      const simulator = await startSimulator({ world, token: sampleToken, rateLimit })
      const api = createIntercomApi({ ...config, apiUrl: simulator.url }, logger)
      return { api, close: () => simulator.close() }
    },
  }
}
