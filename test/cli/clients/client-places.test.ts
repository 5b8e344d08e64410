import { describe, expect, it } from 'vitest'
import { type ClientMachine, findClientPlaces } from '../../../src/cli/clients/client-places'

function filesOn(machine: Partial<ClientMachine> & Pick<ClientMachine, 'platform' | 'userFolder'>): string[] {
  return findClientPlaces({ environment: {}, exists: () => false, ...machine }).map(({ file }) => file)
}

describe('the configuration files of the clients', () => {
  it('on Linux', () => {
    expect(filesOn({ platform: 'linux', userFolder: '/home/ada' })).toEqual([
      '/home/ada/.config/Claude/claude_desktop_config.json',
      '/home/ada/.claude.json',
      '/home/ada/.cursor/mcp.json',
      '/home/ada/.config/Code/User/mcp.json',
      '/home/ada/.codeium/windsurf/mcp_config.json',
    ])
  })

  it('on Linux with folders of the user’s choice', () => {
    const environment = { XDG_CONFIG_HOME: '/data/config', CLAUDE_CONFIG_DIR: '/data/claude' }
    expect(filesOn({ platform: 'linux', userFolder: '/home/ada', environment })).toEqual([
      '/data/config/Claude/claude_desktop_config.json',
      '/data/claude/.claude.json',
      '/home/ada/.cursor/mcp.json',
      '/data/config/Code/User/mcp.json',
      '/home/ada/.codeium/windsurf/mcp_config.json',
    ])
  })

  it('on macOS, where XDG_CONFIG_HOME means nothing to them', () => {
    const environment = { XDG_CONFIG_HOME: '/data/config' }
    expect(filesOn({ platform: 'darwin', userFolder: '/Users/ada', environment })).toEqual([
      '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
      '/Users/ada/.claude.json',
      '/Users/ada/.cursor/mcp.json',
      '/Users/ada/Library/Application Support/Code/User/mcp.json',
      '/Users/ada/.codeium/windsurf/mcp_config.json',
    ])
  })

  it('on Windows', () => {
    const environment = { APPDATA: 'D:\\Roaming' }
    expect(filesOn({ platform: 'win32', userFolder: 'C:\\Users\\ada', environment })).toEqual([
      'D:\\Roaming\\Claude\\claude_desktop_config.json',
      'C:\\Users\\ada\\.claude.json',
      'C:\\Users\\ada\\.cursor\\mcp.json',
      'D:\\Roaming\\Code\\User\\mcp.json',
      'C:\\Users\\ada\\.codeium\\windsurf\\mcp_config.json',
    ])
    expect(filesOn({ platform: 'win32', userFolder: 'C:\\Users\\ada' })[3]).toBe(
      'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json',
    )
  })

  it('on Windows, where a packaged Claude Desktop has a folder of its own', () => {
    const packaged =
      'C:\\Users\\ada\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude'
    const [desktop] = filesOn({
      platform: 'win32',
      userFolder: 'C:\\Users\\ada',
      exists: (path) => path === packaged,
    })
    expect(desktop).toBe(`${packaged}\\claude_desktop_config.json`)
  })

  it('of a portable VS Code lie in its own folder', () => {
    const environment = { VSCODE_PORTABLE: '/opt/code/data' }
    expect(filesOn({ platform: 'linux', userFolder: '/home/ada', environment })[3]).toBe(
      '/opt/code/data/user-data/User/mcp.json',
    )
  })

  it('are not looked for in a relative folder, which is one thing here and another for the client', () => {
    const environment = { XDG_CONFIG_HOME: 'config', CLAUDE_CONFIG_DIR: '' }
    const files = filesOn({ platform: 'linux', userFolder: '/home/ada', environment })
    expect(files.slice(0, 2)).toEqual([
      '/home/ada/.config/Claude/claude_desktop_config.json',
      '/home/ada/.claude.json',
    ])
  })
})

describe('a client', () => {
  const installed = (...there: string[]) =>
    findClientPlaces({
      platform: 'linux',
      userFolder: '/home/ada',
      environment: {},
      exists: (path) => there.includes(path),
    })
      .filter(({ isInstalled }) => isInstalled)
      .map(({ name }) => name)

  it('is installed when the folder that it makes is there, with or without the file', () => {
    expect(installed('/home/ada/.cursor', '/home/ada/.config/Claude')).toEqual(['claude-desktop', 'cursor'])
    expect(installed('/home/ada/.claude.json')).toEqual(['claude-code'])
    expect(installed('/home/ada/.config/Code/User', '/home/ada/.codeium/windsurf')).toEqual([
      'vscode',
      'windsurf',
    ])
    expect(installed()).toEqual([])
  })

  it('has its servers under the name and in the shape that it reads', () => {
    const places = findClientPlaces({
      platform: 'linux',
      userFolder: '/home/ada',
      environment: {},
      exists: () => true,
    })
    expect(places.map(({ name, serversKey, saysType }) => [name, serversKey, saysType])).toEqual([
      ['claude-desktop', 'mcpServers', false],
      ['claude-code', 'mcpServers', true],
      ['cursor', 'mcpServers', false],
      ['vscode', 'servers', true],
      ['windsurf', 'mcpServers', false],
    ])
  })
})
