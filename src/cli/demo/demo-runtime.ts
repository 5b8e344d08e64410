import type { Config } from '../../config/finalize'
import type { Logger } from '../../logger'
import type { CommandContext } from '../command-context'
import { createRuntime, type Runtime } from '../runtime/runtime'
import { createDemoConfig } from './demo-place'
import { createSampleSource, openSampleWorkspace } from './sample-workspace'

/** What `start --demo` serves: a sample workspace with its simulator, both inside this process. */
export async function openDemoRuntime(
  context: CommandContext,
  createLogger: (config: Config) => Logger,
): Promise<Runtime> {
  const { folder, demo, world } = await openSampleWorkspace(context, { fresh: false })
  const config = createDemoConfig(folder, world.workspace.createdAt)
  const logger = createLogger(config)
  return createRuntime({
    config,
    logger,
    background: true,
    source: createSampleSource(world, demo, config, logger),
  })
}
