import { describe, expect, it } from 'vitest'
import { describeClaudeCodeCommand, findClientCommand } from '../../src/cli/client-configuration'

const fromPackage = '/home/ada/.npm/_npx/1a2b/node_modules/fast-intercom-mcp/dist/cli.js'

describe('findClientCommand', () => {
  it('names npx when the program came from a package', () => {
    const place = { program: fromPackage, node: '/usr/bin/node', platform: 'linux' as const }
    expect(findClientCommand(['--profile', '001'], place)).toEqual({
      command: 'npx',
      args: ['-y', 'fast-intercom-mcp', 'start', '--profile', '001'],
    })
  })

  it('goes through the shell on Windows, where npx is a script', () => {
    const program = 'C:\\Users\\ada\\node_modules\\fast-intercom-mcp\\dist\\cli.js'
    expect(findClientCommand([], { program, node: 'node.exe', platform: 'win32' })).toEqual({
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'fast-intercom-mcp', 'start'],
    })
  })

  it('names the file itself when it was built from source', () => {
    const place = { program: '/src/fast/dist/cli.js', node: '/usr/bin/node', platform: 'linux' as const }
    expect(findClientCommand([], place)).toEqual({
      command: '/usr/bin/node',
      args: ['/src/fast/dist/cli.js', 'start'],
    })
  })
})

describe('describeClaudeCodeCommand', () => {
  it('quotes what a shell would take apart', () => {
    const command = { command: '/usr/bin/node', args: ['/my files/cli.js', 'start'] }
    expect(describeClaudeCodeCommand('fast-intercom', command)).toBe(
      'claude mcp add fast-intercom -- /usr/bin/node "/my files/cli.js" start',
    )
  })
})
