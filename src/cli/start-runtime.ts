import { processEnvironment } from '../config/environment'
import type { Config } from '../config/finalize'
import { loadConfigLeniently } from '../config/load'
import { findUnknownProfile } from '../config/profiles'
import { createLogger, type Logger } from '../logger'
import type { CommandContext } from './command-context'
import type { DeferredLogger } from './deferred-logger'
import { logFilePath } from './log-file'
import { createRuntime, type Runtime } from './runtime/runtime'
import { secretsOf } from './secrets'

/**
 * What a server runs on: the configured workspace, whatever is wrong with the configuration, or the sample workspace
 * with its simulator inside this process.
 */
export async function openServerRuntime(context: CommandContext, logger: DeferredLogger): Promise<Runtime> {
  if (context.options.demo) {
    const { openDemoRuntime } = await import('./demo/demo-runtime')
    return openDemoRuntime(context, (config) => attachLogger(config, logger))
  }
  const { config, problems, warnings, ignoredVariables } = loadConfigLeniently(
    context.flags,
    processEnvironment(),
  )
  const unknown = config.accessToken === null ? findUnknownProfile(config) : null
  const problem = problems[0] ?? unknown
  attachLogger(config, logger)
  for (const warning of warnings) logger.warn(warning)
  for (const problem of problems) logger.error(problem.message, { hint: problem.hint })
  for (const name of ignoredVariables) logger.info(`${name} does not count for profile ${config.profile}`)
  if (unknown !== null) logger.error(unknown.message, { hint: unknown.hint })
  return createRuntime({ config, logger, background: true, problem })
}

/** From here on the entries go to stderr and the log file; those that were kept so far come first. */
function attachLogger(config: Config, deferred: DeferredLogger): Logger {
  deferred.attach(
    createLogger({
      level: config.logLevel,
      stderrLevel: config.logLevel,
      file: logFilePath(config.home),
      secrets: secretsOf(config),
    }),
  )
  return deferred
}
