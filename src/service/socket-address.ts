import { randomBytes } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readdir, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** macOS takes 103 bytes and a final zero, Linux a few more. */
const maxPathBytes = 103

export interface AddressPlace {
  platform: NodeJS.Platform
  temporaryFolder: string
}

const here = (): AddressPlace => ({ platform: process.platform, temporaryFolder: tmpdir() })

/**
 * New addresses for an owner to listen at, the best first. On Windows a pipe name. Elsewhere a path beside the data,
 * where nothing is purged and where other containers with the same folder see it; and one in the temporary folder,
 * for a path that is too long for a socket and for a file system without sockets.
 */
export async function createSocketAddresses(dbPath: string, place: AddressPlace = here()): Promise<string[]> {
  const name = randomBytes(12).toString('hex')
  if (place.platform === 'win32') return [`\\\\.\\pipe\\fast-intercom-mcp-${name}`]
  const beside = `${dbPath}.socket.${name.slice(0, 12)}`
  if (!fits(beside)) return [await createTemporaryAddress(name, place.temporaryFolder)]
  const elsewhere = await createTemporaryAddress(name, place.temporaryFolder).catch(() => null)
  return elsewhere === null ? [beside] : [beside, elsewhere]
}

/** Removes sockets beside the data that killed owners left behind; one's own and those where somebody listens stay. */
export async function removeAbandonedSockets(dbPath: string, own: string): Promise<void> {
  const prefix = `${basename(dbPath)}.socket.`
  const names = await readdir(dirname(dbPath)).catch(() => [])
  for (const name of names.filter((found) => found.startsWith(prefix))) {
    const path = join(dirname(dbPath), name)
    if (path !== own && (await isAbandoned(path))) await unlink(path).catch(() => {})
  }
}

function isAbandoned(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const answer = (abandoned: boolean) => {
      socket.destroy()
      resolve(abandoned)
    }
    socket.once('connect', () => answer(false))
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'ECONNREFUSED'))
  })
}

async function createTemporaryAddress(name: string, temporaryFolder: string): Promise<string> {
  const path = join(await makePrivateFolder(temporaryFolder), `${name}.sock`)
  return fits(path) ? path : join(await makePrivateFolder('/tmp'), `${name}.sock`)
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= maxPathBytes
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
