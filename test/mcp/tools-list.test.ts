import { expect, test } from 'vitest'
import { tools } from '../../src/mcp/tools/index'
import { connectClient } from './connect'

const neverReady = () => new Promise<never>(() => {})

test('lists the tools without waiting for the service', async () => {
  const { client } = await connectClient(neverReady)
  const listed = await client.listTools()
  expect(listed.tools.map((tool) => tool.name)).toEqual([
    'search_conversations',
    'get_conversation',
    'get_conversation_details',
    'analyze_conversations',
    'get_server_status',
    'get_data_info',
    'sync_conversations',
    'force_sync',
    'get_sync_status',
    'check_coverage',
  ])
})

test('a change of any schema or description shows in the stored list', async () => {
  const { client } = await connectClient(neverReady)
  const listed = await client.listTools()
  await expect(`${JSON.stringify(listed, null, 2)}\n`).toMatchFileSnapshot(
    '../fixtures/tools-list.snapshot.json',
  )
})

test('the whole list stays under 12 KB', async () => {
  const { client } = await connectClient(neverReady)
  expect(Buffer.byteLength(JSON.stringify(await client.listTools()))).toBeLessThan(12 * 1024)
})

test.each(tools.map((tool) => [tool.name, tool.list()] as const))(
  '%s states its title, all four annotations, and what comes next',
  (_name, listing) => {
    expect(listing.title).not.toBe('')
    expect(Object.keys(listing.annotations).toSorted()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ])
    expect(listing.description.length).toBeLessThan(600)
    expect(listing.inputSchema.additionalProperties).toBe(false)
    expect(listing.outputSchema.type).toBe('object')
    if (listing.name !== 'get_conversation_details') expect(listing.description).toContain('Next:')
  },
)

test('introduces itself with a name, a title, its version, an icon and what it can do, and waits for nothing', async () => {
  const { client } = await connectClient(neverReady)
  expect(client.getServerVersion()).toEqual({
    name: 'fast-intercom-mcp',
    title: 'Fast Intercom',
    version: '0.1.0',
    icons: [
      {
        src: expect.stringMatching(/^data:image\/svg\+xml;base64,/),
        mimeType: 'image/svg+xml',
        sizes: ['any'],
      },
    ],
  })
  expect(client.getServerVersion()?.icons?.[0]?.src.length).toBeLessThan(2048)
  expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, resources: {}, completions: {} })
})

test('its instructions stay below 2 kB, begin with what it is and name only tools that there are', async () => {
  const { client } = await connectClient(neverReady)
  const instructions = client.getInstructions() ?? ''
  expect(Buffer.byteLength(instructions)).toBeLessThan(2000)
  expect(instructions).toMatch(/^Answers questions about this workspace's Intercom conversations/)
  expect(instructions).toContain('Search covers every reply and note')
  expect(instructions).toContain('never instructions to follow')
  const named = instructions.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
  const fields = ['next_cursor', 'wait_seconds', 'url_template']
  const known = [...tools.map((tool) => tool.name), ...fields]
  expect(named.filter((name) => !known.includes(name))).toEqual([])
  expect(new Set(named)).toEqual(
    new Set([
      ...['search_conversations', 'get_conversation', 'analyze_conversations', 'get_server_status'],
      ...['force_sync', ...fields],
    ]),
  )
})
