import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { getMcpConfigForManifest, hasRequiredConfigMissing, unpackExtension, v0_3 } from '@anthropic-ai/mcpb'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import * as v from 'valibot'
import { expect, it, onTestFinished } from 'vitest'
import { packBundle } from '../../deploy/mcpb/bundle'
import { drawIconPng } from '../../deploy/mcpb/icon'
import { readPackageManifest } from '../../deploy/package-manifest'
import { settingSchemas } from '../../src/config/schema'
import type { ForceSyncAnswer, ServerStatusAnswer } from '../../src/domain/answers'
import { builtProgram, scrubbedEnvironment, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

/** Builds the bundle, and installs it as a client would. */
async function installBundle() {
  const folder = temporaryFolder()
  const file = join(folder, 'fast-intercom.mcpb')
  await packBundle({ manifest: readPackageManifest(), builtFolder: dirname(builtProgram), file })
  const installed = join(folder, 'installed')
  expect(await unpackExtension({ mcpbPath: file, outputDir: installed, silent: true })).toBe(true)
  const manifest = v0_3.McpbManifestSchema.parse(
    JSON.parse(readFileSync(join(installed, 'manifest.json'), 'utf8')),
  )
  return { installed, manifest, bytes: statSync(file).size }
}

function acceptsDays(days: unknown): boolean {
  return v.safeParse(settingSchemas.initialSyncDays.schema, days).success
}

/** Reads a PNG of unfiltered rows of four bytes a pixel. */
function readPng(file: Buffer) {
  const data: Buffer[] = []
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const size = file.readUInt32BE(16)
  const rows = inflateSync(Buffer.concat(data))
  const pixelAt = (x: number, y: number) => {
    const start = y * (1 + size * 4) + 1 + x * 4
    return [...rows.subarray(start, start + 4)]
  }
  return { size, pixelAt }
}

it('starts out of its bundle with what a person filled in, and syncs with their token', async () => {
  const { installed, manifest } = await installBundle()
  const userConfig = { access_token: 'test-token' }
  expect(hasRequiredConfigMissing({ manifest, userConfig: {} })).toBe(true)
  expect(hasRequiredConfigMissing({ manifest, userConfig })).toBe(false)
  const command = await getMcpConfigForManifest({
    ...{ manifest, userConfig, extensionPath: installed },
    ...{ systemDirs: {}, pathSeparator: '/' },
  })
  expect(command?.command).toBe('node')
  expect(command?.env).toEqual({
    INTERCOM_ACCESS_TOKEN: 'test-token',
    INTERCOM_REGION: 'us',
    FASTINTERCOM_INITIAL_SYNC_DAYS: '30',
  })

  const simulator = await startTestSimulator()
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: command?.args ?? [],
      env: scrubbedEnvironment({
        ...command?.env,
        INTERCOM_API_URL: simulator.url,
        FASTINTERCOM_HOME: temporaryFolder(),
      }),
      stderr: 'ignore',
    }),
  )
  onTestFinished(() => client.close())
  const listed = await client.listTools()
  expect(manifest.tools?.map(({ name }) => name)).toEqual(listed.tools.map(({ name }) => name))
  const synced = await client.callTool({ name: 'force_sync', arguments: { wait_seconds: 30 } })
  expect((synced.structuredContent as unknown as ForceSyncAnswer).success).toBe(true)
  const status = await client.callTool({ name: 'get_server_status' })
  expect((status.structuredContent as unknown as ServerStatusAnswer).counts.conversations).toBeGreaterThan(0)
})

it('holds the program with the licences of what is in it, and an icon, in less than a megabyte', async () => {
  const { installed, manifest, bytes } = await installBundle()
  expect(bytes).toBeLessThan(1_000_000)
  expect(readdirSync(installed).toSorted()).toEqual([
    'LICENSE',
    'icon.png',
    'manifest.json',
    'package.json',
    'server',
  ])
  const server = readdirSync(join(installed, 'server'))
  expect(server).toEqual(
    expect.arrayContaining(['THIRD-PARTY-LICENSES.txt', 'cli.js', 'snapshot-worker.js', 'sql-wasm.wasm']),
  )
  expect(server.filter((name) => !/\.(js|wasm|txt)$/.test(name))).toEqual([])

  const { access_token: token, initial_sync_days: days } = manifest.user_config ?? {}
  expect(token).toMatchObject({
    sensitive: true,
    required: true,
    description: expect.stringContaining('token'),
  })
  for (const bound of [days?.min, days?.max]) expect(acceptsDays(bound)).toBe(true)
  expect(acceptsDays((days?.min ?? 0) - 1)).toBe(false)
  expect(acceptsDays((days?.max ?? 0) + 1)).toBe(false)
})

it('has an icon with transparent corners, coloured, and white where the bubble is drawn', () => {
  const { size, pixelAt } = readPng(drawIconPng(512))
  expect(size).toBe(512)
  const cell = size / 24
  expect(pixelAt(0, 0)).toMatchObject([expect.any(Number), expect.any(Number), expect.any(Number), 0])
  expect(pixelAt(Math.round(3 * cell), Math.round(12 * cell))).toEqual([0x22, 0x50, 0xf4, 255])
  expect(pixelAt(Math.round(12 * cell), Math.round(6 * cell))).toEqual([255, 255, 255, 255])
})
