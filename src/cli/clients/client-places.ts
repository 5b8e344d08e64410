import { posix, win32 } from 'node:path'

/** The programs whose configuration `init` can write, by the names that `--client` takes. */
export const clientNames = ['claude-desktop', 'claude-code', 'cursor', 'vscode', 'windsurf'] as const
export type ClientName = (typeof clientNames)[number]

/** What finding the files needs of the machine. */
export interface ClientMachine {
  platform: NodeJS.Platform
  environment: Readonly<Record<string, string | undefined>>
  userFolder: string
  exists(path: string): boolean
}

/** Where one client keeps the servers that it starts for every folder its user works in. */
export interface ClientPlace {
  name: ClientName
  /** As its maker writes it. */
  title: string
  file: string
  /** The member of the file's object that holds the servers. */
  serversKey: 'mcpServers' | 'servers'
  /** Whether an entry says `"type": "stdio"`. */
  saysType: boolean
  /** Whether the client was found on this machine. */
  isInstalled: boolean
  /** Whether it reads its configuration only when it starts, and may write it as it read it until it ends. */
  wantsRestart: boolean
}

/** The package under which Windows keeps the files of a Claude Desktop that came as an MSIX package. */
const claudePackage = 'Claude_pzs8sxrjxfjjc'

/**
 * The configuration file of every client for this user, in the order of `clientNames`. A pure function of the machine:
 * only `exists` looks at the disk, for the folders that a client makes when it is first started.
 */
export function findClientPlaces(machine: ClientMachine): ClientPlace[] {
  const { environment, exists, platform, userFolder } = machine
  const { join } = platform === 'win32' ? win32 : posix
  const appFolder = findAppFolder(machine)
  const place = (
    name: ClientName,
    title: string,
    file: string,
    signs: readonly string[],
    shape: Partial<ClientPlace> = {},
  ): ClientPlace => ({
    ...{ name, title, file, serversKey: 'mcpServers', saysType: false, wantsRestart: false },
    isInstalled: exists(file) || signs.some(exists),
    ...shape,
  })
  const desktop = findClaudeDesktop(machine, appFolder)
  // Claude Code keeps this file beside its folder, unless the folder was moved: then inside of it.
  const movedCode = absoluteOrNull(machine, environment.CLAUDE_CONFIG_DIR)
  const code = join(movedCode ?? userFolder, '.claude.json')
  const vscode = findVsCodeUserFolder(machine, appFolder)
  const cursor = join(userFolder, '.cursor')
  const windsurf = join(userFolder, '.codeium', 'windsurf')
  return [
    place('claude-desktop', 'Claude Desktop', join(desktop, 'claude_desktop_config.json'), [desktop], {
      wantsRestart: true,
    }),
    place('claude-code', 'Claude Code', code, [movedCode ?? join(userFolder, '.claude')], { saysType: true }),
    place('cursor', 'Cursor', join(cursor, 'mcp.json'), [cursor]),
    place('vscode', 'VS Code', join(vscode, 'mcp.json'), [vscode], {
      serversKey: 'servers',
      saysType: true,
    }),
    place('windsurf', 'Windsurf', join(windsurf, 'mcp_config.json'), [windsurf]),
  ]
}

/** Where the platform's programs keep their settings, as Electron finds it. */
function findAppFolder(machine: ClientMachine): string {
  const { environment, platform, userFolder } = machine
  if (platform === 'win32') {
    return absoluteOrNull(machine, environment.APPDATA) ?? win32.join(userFolder, 'AppData', 'Roaming')
  }
  if (platform === 'darwin') return posix.join(userFolder, 'Library', 'Application Support')
  return absoluteOrNull(machine, environment.XDG_CONFIG_HOME) ?? posix.join(userFolder, '.config')
}

/** Windows shows a packaged program a folder of its own in place of the usual one. */
function findClaudeDesktop(machine: ClientMachine, appFolder: string): string {
  const { environment, exists, platform, userFolder } = machine
  if (platform !== 'win32') return posix.join(appFolder, 'Claude')
  const local =
    absoluteOrNull(machine, environment.LOCALAPPDATA) ?? win32.join(userFolder, 'AppData', 'Local')
  const packaged = win32.join(local, 'Packages', claudePackage, 'LocalCache', 'Roaming', 'Claude')
  return exists(packaged) ? packaged : win32.join(appFolder, 'Claude')
}

/** A portable VS Code keeps everything in its own folder and says so to what it starts. */
function findVsCodeUserFolder(machine: ClientMachine, appFolder: string): string {
  const { join } = machine.platform === 'win32' ? win32 : posix
  const portable = absoluteOrNull(machine, machine.environment.VSCODE_PORTABLE)
  return portable === null ? join(appFolder, 'Code', 'User') : join(portable, 'user-data', 'User')
}

/** Clients take a relative path for one in their own working folder, which nobody knows here. */
function absoluteOrNull({ platform }: ClientMachine, path: string | undefined): string | null {
  const { isAbsolute } = platform === 'win32' ? win32 : posix
  return path !== undefined && isAbsolute(path) ? path : null
}
