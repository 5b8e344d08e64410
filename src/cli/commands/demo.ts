import { processEnvironment } from '../../config/environment'
import type { ConfigFlags } from '../../config/flags'
import { loadPlace } from '../../config/load'
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
import { asPlainLine, type Output } from '../output'
import { createProgressBar } from '../progress-bar'
import { createRuntime } from '../runtime/runtime'
import { cutVisible } from '../text-width'
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
  const { folder, demo, world } = await makeSample(context)
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

/** Making many conversations takes a moment in which nothing else can be drawn. */
async function makeSample(context: CommandContext) {
  const bar = createProgressBar(context.output, { silent: context.asJson, onlyOnTerminal: true })
  bar.update({ phase: 'Making the sample conversations', done: 0, total: null })
  try {
    return await openSampleWorkspace(context, { fresh: true })
  } finally {
    bar.end()
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

/**
 * How the server is started for this sample; its numbers and its home folder only where they are not the defaults. A
 * client hands on nothing of the environment in which the demo runs, so a folder named there must be said too.
 */
function demoArguments({ seed, size }: DemoWorld, flags: ConfigFlags): string[] {
  const { seed: defaultSeed, size: defaultSize } = readDemoOptions({})
  const { home } = loadPlace({ ...flags, profile: undefined }, processEnvironment())
  return [
    '--demo',
    ...(seed === defaultSeed ? [] : ['--seed', String(seed)]),
    ...(size === defaultSize ? [] : ['--size', String(size)]),
    ...(home === loadPlace({}, {}).home ? [] : ['--home', home]),
  ]
}

function showWorld({ seed }: DemoWorld, world: World, output: Output): void {
  output.line(output.style(`${asPlainLine(world.workspace.name)}, a simulated workspace`, 'bold'))
  output.item(
    '',
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
  output.item('', style(answer.question, 'bold'))
  output.line(
    style(cutVisible(`  ${answer.tool} ${JSON.stringify(answer.arguments)}`, output.lineWidth), 'dim'),
  )
  output.line(
    `  ${style(formatAmount(answer.total, noun), 'green')} in ${style(formatMilliseconds(answer.ms), 'cyan')}`,
  )
  for (const line of answer.lines) output.line(`  ${cutVisible(line, output.width - 3)}`)
}

function showVerdicts(verdicts: readonly Verdict[], output: Output): void {
  output.line()
  output.line(output.style('Compared with a scan of the simulated workspace', 'bold'))
  for (const { question, passed, detail } of verdicts) {
    output.item(`${passed ? output.style('✓', 'green') : output.style('✗', 'red')} `, `${question} ${detail}`)
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
