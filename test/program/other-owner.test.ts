import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { builtProgram, runProgram, type ServedProgram, temporaryFolder } from '../helpers/program'
import {
  createSharedFolder,
  find,
  readStatus,
  report,
  search,
  sync,
  tellApart,
  writeWord,
} from '../helpers/shared-folder'
import { startTestSimulator } from '../helpers/simulator'

const size = 60
const ownVersion = '0.1.0'
const otherVersion = '0.1.9'

/** The built program with another version in it. */
function buildOtherVersion(): string {
  const folder = join(temporaryFolder(), 'dist')
  cpSync(dirname(builtProgram), folder, { recursive: true })
  let replaced = 0
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(join(folder, name), 'utf8')
    const patched = code.replaceAll(`"${ownVersion}"`, `"${otherVersion}"`)
    if (patched === code) continue
    writeFileSync(join(folder, name), patched)
    replaced += 1
  }
  expect(replaced).toBeGreaterThan(0)
  return join(folder, 'cli.js')
}

it('reads the files of an owner of another version, and says what to restart', async () => {
  const { simulator, home, env, serve } = await createSharedFolder(size)
  const owner = await serve()
  await sync(owner)
  const word = writeWord(simulator, 'quokka', 7)
  await sync(owner)

  const other = await serve({ program: buildOtherVersion() })
  const { conversations, freshness } = await search(other, 'quokka')
  expect(conversations.map(({ id }) => id)).toEqual([word])
  expect(freshness.message).toContain(`process ${owner.pid} has the data and runs another version`)
  expect(freshness.message).toContain(`is served by version ${ownVersion}, this is version ${otherVersion}`)
  expect(freshness.message).toContain('Restart the MCP clients')
  const status = await readStatus(other)
  expect(status).toMatchObject({
    version: otherVersion,
    process: { pid: other.pid, role: 'read_only', owner_pid: owner.pid },
  })
  expect(await other.callFailing('force_sync')).toContain('Restart the MCP clients')
  report(`status of a reader: ${status.process.read_only_reason}`)

  // The owner is none the worse for it, and when it ends the other one has the data.
  expect(await find(owner, 'quokka')).toEqual([word])
  const shown = await runProgram(['status', '--home', home], env)
  expect(shown.stdout).toContain(`a running server, process ${owner.pid}, since`)
  await owner.client.close()
  await expect.poll(async () => (await readStatus(other)).process.role, { timeout: 15_000 }).toBe('owner')
  expect(await find(other, 'quokka')).toEqual([word])
})

/** What each tool that reads says to a process that the owner does not serve. */
async function readRefusals(program: ServedProgram): Promise<string[]> {
  return [
    await program.callFailing('search_conversations', { query: 'account' }),
    await program.callFailing('get_server_status'),
    await program.callFailing('force_sync'),
  ]
}

it('shows nothing to a process with another token, and tells why', async () => {
  const { serve } = await createSharedFolder(size)
  const owner = await serve()
  await sync(owner)
  const other = await serve({ env: { INTERCOM_ACCESS_TOKEN: 'another-token' } })
  for (const text of await readRefusals(other)) {
    expect(text).toContain('The data is served by a process with another access token.')
    expect(text).toContain('Give both the same token')
    expect(text).not.toContain('another-token')
  }
  await tellApart([owner])
})

it('shows nothing to a process that talks to another Intercom, and tells why', async () => {
  const { simulator, serve } = await createSharedFolder(size)
  const owner = await serve()
  await sync(owner)
  const elsewhere = await startTestSimulator()
  const other = await serve({ env: { INTERCOM_API_URL: elsewhere.url } })
  for (const text of await readRefusals(other)) {
    expect(text).toContain(`talks to ${simulator.url}, this one is set to ${elsewhere.url}.`)
    expect(text).toContain('Set the same region or INTERCOM_API_URL for both')
  }
})

it('lets in a process without a token, which asks nothing of Intercom', async () => {
  const { serve } = await createSharedFolder(size)
  const owner = await serve()
  await sync(owner)
  const other = await serve({ env: { INTERCOM_ACCESS_TOKEN: '' } })
  await tellApart([owner, other])
})
