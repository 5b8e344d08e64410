import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '../domain/errors'
import type { Settings } from './settings'
import { settingDefinitions } from './variables'

/** What config.json says, and the names in it that mean nothing to this version. */
export interface ConfigFile {
  path: string
  settings: Settings
  unknownKeys: string[]
}

/** The path of config.json in a home folder. */
export function configFilePath(home: string): string {
  return join(home, 'config.json')
}

/** Reads config.json; absent means nothing set. Throws ConfigurationError when it is damaged, and changes nothing. */
export function readConfigFile(home: string): ConfigFile {
  const path = configFilePath(home)
  const content = readJsonObject(path)
  const settings: Settings = {}
  const known = new Set<string>()
  for (const { key, fileKey } of settingDefinitions) {
    if (fileKey === null) continue
    known.add(fileKey)
    const value = content[fileKey]
    if (value !== undefined && value !== null) settings[key] = { value, source: `"${fileKey}" in ${path}` }
  }
  return { path, settings, unknownKeys: Object.keys(content).filter((name) => !known.has(name)) }
}

/**
 * Sets values in config.json and keeps everything else in it; `null` removes one. Whoever reads at that moment sees
 * the old file or the new one. The file is the user's alone, as is its folder. A damaged file is refused.
 */
export function writeConfigFile(
  home: string,
  changes: Readonly<Record<string, string | number | null>>,
): string {
  const path = configFilePath(home)
  const content = readJsonObject(path)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete content[name]
    else content[name] = value
  }
  makePrivateFolder(home)
  const temporary = join(home, `.config.json.${randomUUID()}.tmp`)
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw new ConfigurationError(`Cannot write ${path} (${reason(error)}).`, {
      hint: 'Make the folder writable for you, or name another with --home.',
      cause: error,
    })
  }
  return path
}

/**
 * Makes a folder, and those above it that are missing, which only the user can look into. One that exists is made so
 * while it is empty; a folder already in use may be shared on purpose, and the files in it are private anyway.
 */
export function makePrivateFolder(path: string): void {
  try {
    const created = mkdirSync(path, { recursive: true, mode: 0o700 })
    // Modes mean nothing on Windows, where the user's own folder is private already.
    if (created !== undefined || process.platform === 'win32') return
    if (readdirSync(path).length === 0) chmodSync(path, 0o700)
  } catch (error) {
    throw new ConfigurationError(`Cannot make the folder ${path} (${reason(error)}).`, {
      hint: 'Make its parent writable for you, or name another folder with --home or FASTINTERCOM_HOME.',
      cause: error,
    })
  }
}

function readJsonObject(path: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigurationError(`Cannot read ${path} (${reason(error)}).`, {
      hint: 'Make it readable for you, or name another home folder with --home.',
      cause: error,
    })
  }
  return parseJsonObject(text, path)
}

function parseJsonObject(text: string, path: string): Record<string, unknown> {
  const hint =
    'Mend it by hand, or move it away and run: npx fast-intercom-mcp init. It has not been changed.'
  let content: unknown
  try {
    // Windows editors like to begin with a byte order mark.
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // The parser's own message quotes the text around the mistake, which may be the token.
    const place = placeOfMistake(text, error)
    throw new ConfigurationError(`${path} is damaged: it is not valid JSON${place}.`, { hint })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigurationError(`${path} is damaged: it must hold one JSON object.`, { hint })
  }
  return content as Record<string, unknown>
}

function placeOfMistake(text: string, error: unknown): string {
  if (text.trim() === '') return ' (it is empty)'
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return ' (it ends too early, or a quote or bracket is missing)'
  const before = text.slice(0, Number(position)).split('\n')
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason'
}
