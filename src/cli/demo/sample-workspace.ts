import type { Config } from '../../config/finalize'
import type { Logger } from '../../logger'
import { startSimulator } from '../../simulator/server'
import { createWorld, type World } from '../../simulator/world'
import { createIntercomApi } from '../runtime/intercom-api'
import type { RuntimeOptions } from '../runtime/runtime'
import { type DemoWorld, sampleToken } from './demo-place'

/** Days over which the sample conversations are spread: a quarter, so that every timeframe has something to show. */
const historyDays = 90

/** Calls in ten seconds: more than Intercom grants, because nobody should wait for a limit that is not real. */
const rateLimit = 20_000

/** Builds the conversations of a sample workspace: the same ones for the same numbers, on every machine. */
export function createSampleWorld({ seed, size, now }: DemoWorld): World {
  return createWorld({ seed, size, now, days: historyDays })
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
