import { cac } from 'cac'
import { type CommandDefinition, commands, globalOptions, type OptionDefinition } from './commands'
import { wrapWords } from './text-width'
import { version } from './version'

const programName = 'fast-intercom-mcp'

/** Prints the help of a command, or of the program, to stdout. */
export function printHelp(command: CommandDefinition | null): void {
  const cli = describeProgram()
  const argv = ['node', programName, ...(command ? [command.name] : []), '--help']
  cli.parse(argv, { run: false })
}

/** Prints program, version and platform to stdout. */
export function printVersion(): void {
  describeProgram().outputVersion()
}

function describeProgram(columns = process.stdout.columns || Number.POSITIVE_INFINITY) {
  const cli = cac(programName)
  for (const definition of commands) {
    const command = cli.command(
      [definition.name, definition.positionals]
        .filter(Boolean)
        .join(' ')
        .replace(/<(\w+)\.\.\.>/, '<...$1>'),
      definition.description,
    )
    for (const option of definition.options) {
      if (option.hidden) continue
      command.option(describeOption(option), option.description)
      // cac calls `--no-…` true by default, which reads as if it were set.
      const added = command.options.at(-1)
      if (added) added.config.default = undefined
    }
    for (const example of definition.examples) command.example(`  $ ${programName} ${example}`)
  }
  // `--help` and `--version` are added by cac itself.
  for (const option of globalOptions) {
    if (option.value !== undefined || option.name === 'verbose') {
      cli.option(describeOption(option), option.description)
    }
  }
  cli.version(version)
  cli.help((sections) =>
    sections
      .filter(({ title }) => !title?.startsWith('For more info'))
      .map(({ title, body }) => ({
        ...(title === undefined ? {} : { title }),
        body: wrapBody(body, columns),
      })),
  )
  return cli
}

/** On a terminal a description goes on under its beginning; an example is one line to copy. */
function wrapBody(body: string, columns: number): string {
  const wrapLine = (line: string) => {
    const [, head = '', text = ''] = /^( {2}\S.*? {2,})(\S.*)$/.exec(line) ?? []
    const room = Math.max(columns - head.length, 24)
    return text === '' ? line : head + wrapWords(text, room).join(`\n${' '.repeat(head.length)}`)
  }
  return body.split('\n').map(wrapLine).join('\n')
}

function describeOption({ name, short, value }: OptionDefinition): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`
}
