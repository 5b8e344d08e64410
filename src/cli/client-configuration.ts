import { fileURLToPath } from 'node:url'

export interface ClientCommand {
  command: string
  args: string[]
}

export interface ProgramPlace {
  /** Path of the running program's file. */
  program: string
  node: string
  platform: NodeJS.Platform
}

/** How this process was started. */
export function thisProgram(): ProgramPlace {
  // Every chunk lies in the program's own folder.
  const program = fileURLToPath(new URL('./cli.js', import.meta.url))
  return { program, node: process.execPath, platform: process.platform }
}

/** The command by which an MCP client starts the server. */
export function findClientCommand(args: readonly string[], place?: ProgramPlace): ClientCommand {
  return findCommand(['start', ...args], place)
}

/** The command line that a person types for one of our commands. */
export function describeCommandLine(words: readonly string[], place?: ProgramPlace): string {
  const { command, args } = findCommand(words, place)
  return [command, ...args].map(quoteForShell).join(' ')
}

/** npx where this program came from a package, and the file itself where it was built from source. */
function findCommand(words: readonly string[], place: ProgramPlace = thisProgram()): ClientCommand {
  if (!/[\\/]node_modules[\\/]/.test(place.program)) {
    return { command: place.node, args: [place.program, ...words] }
  }
  const npx = ['-y', 'fast-intercom-mcp', ...words]
  // Windows starts npx.cmd only through its shell.
  if (place.platform === 'win32') return { command: 'cmd', args: ['/c', 'npx', ...npx] }
  return { command: 'npx', args: npx }
}

/** The lines to put into a client's configuration; Claude Desktop, Cursor, Windsurf and others read this shape. */
export function describeClientConfiguration(name: string, command: ClientCommand): string {
  return JSON.stringify({ mcpServers: { [name]: command } }, null, 2)
}

/** The command line that adds the server to Claude Code. */
export function describeClaudeCodeCommand(name: string, { command, args }: ClientCommand): string {
  return ['claude', 'mcp', 'add', name, '--', command, ...args].map(quoteForShell).join(' ')
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word)
}
