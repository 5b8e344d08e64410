import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listenForDoors } from '../../src/service/socket'
import { createSocketAddresses, removeAbandonedSockets } from '../../src/service/socket-address'
import { temporaryFolder } from '../helpers/sqljs'
import { createRecordingLogger } from '../mcp/connect'
import { createSampleService } from '../mcp/sample-service'

const linux = (temporary: string) => ({ platform: 'linux' as const, temporaryFolder: temporary })

describe('the addresses of an owner', () => {
  it('are never the same twice, beside the data first and in a private temporary folder else', async () => {
    const temporary = temporaryFolder()
    const [first, second] = [
      await createSocketAddresses('/home/ada/.fast-intercom-mcp/data.db', linux(temporary)),
      await createSocketAddresses('/home/ada/.fast-intercom-mcp/data.db', linux(temporary)),
    ]
    expect(first).not.toEqual(second)
    expect(first).toEqual([
      expect.stringMatching(/^\/home\/ada\/\.fast-intercom-mcp\/data\.db\.socket\.[0-9a-f]{12}$/),
      expect.stringMatching(/\/fast-intercom-mcp-\d+\/[0-9a-f]{24}\.sock$/),
    ])
    for (const address of first) expect(Buffer.byteLength(address)).toBeLessThanOrEqual(103)
  })

  it('leave out a path of more than 103 bytes, which no socket can have', async () => {
    const longest = `/${'é'.repeat(38)}/data.db`
    expect(Buffer.byteLength(`${longest}.socket.0123456789ab`)).toBe(105)
    const temporary = join(
      temporaryFolder(),
      'a-folder-of-the-system-with-a-name-that-is-far-too-long'.repeat(2),
    )
    mkdirSync(temporary)
    const addresses = await createSocketAddresses(longest, linux(temporary))
    expect(addresses).toEqual([expect.stringMatching(/^\/tmp\/fast-intercom-mcp-\d+\/[0-9a-f]{24}\.sock$/)])
  })

  it('are one pipe on Windows', async () => {
    const place = { platform: 'win32' as const, temporaryFolder: 'C:\\Temp' }
    expect(await createSocketAddresses('C:\\Users\\ada\\data.db', place)).toEqual([
      expect.stringMatching(/^\\\\\.\\pipe\\fast-intercom-mcp-[0-9a-f]{24}$/),
    ])
  })
})

describe.skipIf(process.platform === 'win32')('an owner', () => {
  const session = async () => ({
    identity: { productVersion: '0', apiUrl: '', storeId: '', tokenHash: null },
    service: createSampleService(),
  })

  it('listens at the next address where the first cannot be had', async () => {
    const folder = temporaryFolder()
    const logger = createRecordingLogger()
    const addresses = [join(folder, 'absent', 'a'), join(folder, 'b')]
    const owner = await listenForDoors({ addresses, key: 'ab', session, logger })
    onTestFinished(() => owner.close())
    expect(owner.address).toBe(join(folder, 'b'))
    expect(existsSync(owner.address)).toBe(true)
  })

  it('rejects when there is none', async () => {
    const options = { addresses: [join(temporaryFolder(), 'absent', 'a')], key: 'ab', session }
    await expect(listenForDoors({ ...options, logger: createRecordingLogger() })).rejects.toThrow()
  })

  it('sweeps away sockets of killed owners, and none at which somebody listens', async () => {
    const folder = temporaryFolder()
    const dbPath = join(folder, 'data.db')
    const die = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', die, `${dbPath}.socket.dead`])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(`${dbPath}.socket.alive`, resolve))
    onTestFinished(() => void server.close())
    expect(readdirSync(folder).sort()).toEqual(['data.db.socket.alive', 'data.db.socket.dead'])
    await removeAbandonedSockets(dbPath, `${dbPath}.socket.own`)
    expect(readdirSync(folder)).toEqual(['data.db.socket.alive'])
  })
})
