import type { ConfigFlags } from '../../config/flags'
import type { ForceSyncAnswer } from '../../domain/answers'
import { connectToProgram, type ServedProgram, type ToolReply } from '../../mcp/connect-to-program'
import type { World } from '../../simulator/world'
import {
  describeClaudeCodeCommand,
  describeClientConfiguration,
  describeCommandLine,
  findClientCommand,
  thisProgram,
} from '../client-configuration'
import type { CommandContext } from '../command-context'
import { createDemoConfig, type DemoWorld, readDemoOptions } from '../demo/demo-place'
import { type AnsweredQuestion, askQuestions } from '../demo/questions'
import { createSampleSource, openSampleWorkspace } from '../demo/sample-workspace'
import { type Verdict, verifyAnswers } from '../demo/verify'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, cutVisible, type Output } from '../output'
import { createRuntime } from '../runtime/runtime'
import { formatAmount, formatMilliseconds } from '../units'
import { createCommandLogger } from '../use-service'
import { version } from '../version'
import { showSync, syncWithBar } from './sync'

/**
 * `demo`: a simulated workspace is synced, then the built program is started as a client would start it, and asked
 * five questions. With `--check` every answer is compared with a scan of the simulated workspace.
 */
export async function runDemo(context: CommandContext): Promise<ExitCode> {
  const { output } = context
  const { folder, demo, world } = await openSampleWorkspace(context, { fresh: true })
  const show = context.asJson ? null : output
  if (show) showWorld(demo, world, show)
  const sync = await syncSample(folder, demo, world, context)
  if (show) showSync(sync, show)
  if (!sync.success) return exitCodes.failed

  const args = demoArguments(demo, context.flags)
  const { program: file, node } = thisProgram()
  const program = await connectToProgram({ command: node, args: [file, 'start', ...args], version })
  try {
    if (show) showServing(program, show)
    // The first call opens the data; it has its own line, so that each question shows its own time.
    const opened = await program.call('get_data_info', {})
    if (show) showOpened(opened, show)
    const answers = await askQuestions(program, (answer) => show && showAnswer(answer, show))
    const verdicts = context.options.check ? await verifyAnswers(answers, program, world) : null
    const client = findClientCommand(args)
    if (context.asJson)
      output.json({ ...demo, workspace: world.workspace.name, sync, answers, verdicts, client })
    else if (verdicts) showVerdicts(verdicts, output)
    else showClient(args, output)
    return verdicts?.some((verdict) => !verdict.passed) ? exitCodes.failed : exitCodes.done
  } finally {
    await program.close()
  }
}

async function syncSample(
  folder: string,
  demo: DemoWorld,
  world: World,
  context: CommandContext,
): Promise<ForceSyncAnswer> {
  const config = createDemoConfig(folder, world.workspace.createdAt)
  const logger = createCommandLogger(config)
  const source = createSampleSource(world, demo, config, logger)
  const runtime = createRuntime({ config, logger, background: false, source })
  try {
    return await syncWithBar({ force: false }, runtime.service, context)
  } finally {
    await runtime.close()
  }
}

/** How the server is started for this sample; its numbers only where they are not the defaults. */
function demoArguments({ seed, size }: DemoWorld, { home }: ConfigFlags): string[] {
  const { seed: defaultSeed, size: defaultSize } = readDemoOptions({})
  return [
    '--demo',
    ...(seed === defaultSeed ? [] : ['--seed', String(seed)]),
    ...(size === defaultSize ? [] : ['--size', String(size)]),
    ...(home === undefined ? [] : ['--home', home]),
  ]
}

function showWorld({ seed }: DemoWorld, world: World, output: Output): void {
  output.line(output.style(`${asPlainLine(world.workspace.name)}, a simulated workspace`, 'bold'))
  output.line(
    `${formatAmount(world.count(), 'conversation')} made from seed ${seed}; no token, nothing leaves this machine.`,
  )
  output.line()
}

function showServing(program: ServedProgram, output: Output): void {
  output.line(
    `${output.style('✓', 'green')} The MCP server answered after ${formatMilliseconds(program.startMs)} and offers ${program.tools.length} tools.`,
  )
}

function showOpened({ data, ms }: ToolReply, output: Output): void {
  const stored = formatAmount(Number(data.total_conversations), 'conversation')
  output.line(`${output.style('✓', 'green')} ${stored} opened in ${formatMilliseconds(ms)}.`)
}

function showAnswer(answer: AnsweredQuestion, output: Output): void {
  const { style } = output
  const noun = answer.key === 'thread' ? 'message' : 'conversation'
  output.line()
  output.line(style(answer.question, 'bold'))
  output.line(style(`  ${answer.tool} ${JSON.stringify(answer.arguments)}`, 'dim'))
  output.line(
    `  ${style(formatAmount(answer.total, noun), 'green')} in ${style(formatMilliseconds(answer.ms), 'cyan')}`,
  )
  for (const line of answer.lines) output.line(`  ${cutVisible(line, output.width - 3)}`)
}

function showVerdicts(verdicts: readonly Verdict[], output: Output): void {
  output.line()
  output.line(output.style('Compared with a scan of the simulated workspace', 'bold'))
  for (const { question, passed, detail } of verdicts) {
    output.line(`${passed ? output.style('✓', 'green') : output.style('✗', 'red')} ${question} ${detail}`)
  }
}

function showClient(args: readonly string[], output: Output): void {
  const client = findClientCommand(args)
  output.line()
  output.line(output.style('Ask it yourself', 'bold'))
  output.line(`Claude Code:  ${describeClaudeCodeCommand('fast-intercom-demo', client)}`)
  output.line('Other clients, in their configuration:')
  output.line(describeClientConfiguration('fast-intercom-demo', client))
  output.line(`Your own workspace:  ${describeCommandLine(['init'])}`)
}
