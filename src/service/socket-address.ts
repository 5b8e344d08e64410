import { randomBytes } from 'node:crypto'
import { lstat, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** macOS takes 103 bytes and a final zero, Linux a few more. */
const maxPathBytes = 103

export interface AddressPlace {
  platform: NodeJS.Platform
  temporaryFolder: string
}

const here = (): AddressPlace => ({ platform: process.platform, temporaryFolder: tmpdir() })

/**
 * A new address for an owner to listen at: a pipe name on Windows, else a path in a folder of the user's alone. It
 * lies in the temporary folder and not beside the data, because a home path may be too long for a socket.
 */
export async function createSocketAddress(place: AddressPlace = here()): Promise<string> {
  const name = randomBytes(12).toString('hex')
  if (place.platform === 'win32') return `\\\\.\\pipe\\fast-intercom-mcp-${name}`
  const path = join(await makePrivateFolder(place.temporaryFolder), `${name}.sock`)
  if (Buffer.byteLength(path) <= maxPathBytes) return path
  return join(await makePrivateFolder('/tmp'), `${name}.sock`)
}

/** One folder for all sockets of a user; a folder of that name that somebody else made is not used. */
async function makePrivateFolder(parent: string): Promise<string> {
  const { uid } = userInfo()
  const folder = join(parent, `fast-intercom-mcp-${uid}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await lstat(folder)
  const isPrivate = found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0
  return isPrivate ? folder : mkdtemp(join(parent, 'fast-intercom-mcp-'))
}
