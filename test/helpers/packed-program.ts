import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scrubbedEnvironment } from './program'

const run = promisify(execFile)

/** The folder of the package. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

/** What `npm pack` made. */
export interface PackedProgram {
  tarball: string
  bytes: number
  /** Paths as they are in the tarball, without its leading folder. */
  files: string[]
}

/** Runs npm in a folder; resolves to what it printed. */
export async function runNpm(args: string[], cwd: string): Promise<string> {
  // On Windows npm is a script, which is started by a shell only.
  const options = { cwd, env: scrubbedEnvironment(), shell: process.platform === 'win32' }
  return (await run('npm', args, options)).stdout
}

/** Packs the program as it is built now into a folder. */
export async function packProgram(folder: string): Promise<PackedProgram> {
  const printed = await runNpm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    packageFolder,
  )
  const [packed] = JSON.parse(printed) as { filename: string; size: number; files: { path: string }[] }[]
  if (packed === undefined) throw new Error('npm packed nothing.')
  return {
    tarball: join(folder, packed.filename),
    bytes: packed.size,
    files: packed.files.map(({ path }) => path),
  }
}
