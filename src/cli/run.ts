import { type ParsedArguments, parseArguments, readText } from './arguments'
import type { CommandContext } from './command-context'
import type { CommandName } from './commands'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code'
import { createOutput, flushStdout, type Output } from './output'
import { reportError } from './report-error'
import { InterruptedError, watchStopSignals } from './signals'

type RunCommand = (context: CommandContext) => Promise<ExitCode | undefined>

// Every command is a chunk of its own: nobody waits for the code of another.
const runners: Record<CommandName, () => Promise<RunCommand>> = {
  start: async () => (await import('./commands/start')).runStart,
  init: async () => (await import('./commands/init')).runInit,
  sync: async () => (await import('./commands/sync')).runSync,
  search: async () => (await import('./commands/search')).runSearch,
  status: async () => (await import('./commands/status')).runStatus,
  doctor: async () => (await import('./commands/doctor')).runDoctor,
  logs: async () => (await import('./commands/logs')).runLogs,
  snapshot: async () => (await import('./commands/snapshot')).runSnapshot,
  reset: async () => (await import('./commands/reset')).runReset,
  demo: async () => (await import('./commands/demo')).runDemo,
}

/** Runs one command line to its end and ends the process with its exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const output = createOutput()
  // `… | head` closes our end early; that is no failure of ours.
  process.stdout.on('error', () => process.exit(exitCodes.done))
  const code = await run(argv, output)
  await flushStdout()
  process.exit(code)
}

async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const report = { verbose: argv.includes('--verbose'), argv, flags: {} }
  const stop = new AbortController()
  // What nobody waited for ends the process as Node would, but without a token in what it says.
  process.on('uncaughtException', (error) => {
    void reportError(error, output, { ...report, verbose: true }).finally(() =>
      process.exit(exitCodes.failed),
    )
  })
  try {
    const parsed = parseArguments(argv)
    report.verbose = parsed.options.verbose === true
    const context = readContext(parsed)
    report.flags = context.flags
    const { command } = parsed
    if (parsed.options.version) return await print(async () => (await import('./help')).printVersion())
    if (command === null || parsed.options.help) {
      await print(async () => (await import('./help')).printHelp(command))
      return command === null && !parsed.options.help ? exitCodes.wrongUsage : exitCodes.done
    }
    const unwatch = watchStopSignals(
      () => stop.abort(new InterruptedError()),
      () => process.exit(exitCodes.interrupted),
    )
    const runCommand = await runners[command.name]()
    const code = await runCommand({ ...context, output, signal: stop.signal })
    unwatch()
    return code ?? exitCodes.done
  } catch (error) {
    if (error instanceof InterruptedError || stop.signal.aborted) {
      output.note('Stopped.')
      return exitCodes.interrupted
    }
    await reportError(error, output, report)
    return exitCodeOf(error)
  }
}

async function print(show: () => Promise<void>): Promise<ExitCode> {
  await show()
  return exitCodes.done
}

function readContext({ options, positionals }: ParsedArguments) {
  const flags = {
    home: readText(options, 'home'),
    profile: readText(options, 'profile'),
    verbose: options.verbose === true,
  }
  return { options, positionals, flags, asJson: options.json === true }
}
