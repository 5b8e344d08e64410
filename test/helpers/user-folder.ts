import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './program'

/** A person's own folder with clients in it, and the environment by which the program takes it for this user's. */
export interface UserFolder {
  path: string
  env: Record<string, string>
  /** Where the program keeps its configuration and data. */
  home: string
  /** Of Claude Desktop on this platform. */
  desktopFile: string
  cursorFile: string
  vscodeFile: string
  readJson(file: string): Record<string, unknown>
}

/** Claude Desktop, Cursor and VS Code are installed and have no configuration yet; it goes with the test. */
export function createUserFolder(): UserFolder {
  const path = temporaryFolder()
  const apps = {
    win32: ['AppData', 'Roaming'],
    darwin: ['Library', 'Application Support'],
  } as Partial<Record<NodeJS.Platform, string[]>>
  const appFolder = join(path, ...(apps[process.platform] ?? ['.config']))
  const folders = [join(appFolder, 'Claude'), join(path, '.cursor'), join(appFolder, 'Code', 'User')] as const
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  return {
    path,
    env: {
      ...{ HOME: path, USERPROFILE: path, APPDATA: '', LOCALAPPDATA: '', XDG_CONFIG_HOME: '' },
      ...{ CLAUDE_CONFIG_DIR: '', VSCODE_PORTABLE: '' },
    },
    home: join(path, '.fast-intercom-mcp'),
    desktopFile: join(folders[0], 'claude_desktop_config.json'),
    cursorFile: join(folders[1], 'mcp.json'),
    vscodeFile: join(folders[2], 'mcp.json'),
    readJson: (file) => JSON.parse(readFileSync(file, 'utf8')),
  }
}
