import { cac } from 'cac'
import { type CommandDefinition, commands, globalOptions, type OptionDefinition } from './commands'
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

function describeProgram() {
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
  cli.help((sections) => sections.filter(({ title }) => !title?.startsWith('For more info')))
  return cli
}

function describeOption({ name, short, value }: OptionDefinition): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`
}
