import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { LogFields, Logger } from '../../src/logger'
import { createServer } from '../../src/mcp/server'
import type { Service } from '../../src/service/service'

export interface LogLine {
  level: keyof Logger
  message: string
  fields: LogFields | undefined
}

/** A logger that keeps what it is told. */
export function createRecordingLogger(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = []
  const write = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    lines.push({ level, message, fields })
  }
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A real MCP client connected in memory to a server over the service. */
export async function connectClient(getService: () => Promise<Service>) {
  const logger = createRecordingLogger()
  const server = createServer({ version: '0.1.0', logger, getService })
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
  await server.connect(serverSide)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(clientSide)
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult
  return { client, server, logger, call }
}

/** The text of a result's first block. */
export function textOf(result: CallToolResult): string {
  const [block] = result.content
  return block?.type === 'text' ? block.text : ''
}

/** A promise with its handles outside. */
export function createDeferred<Value = void>() {
  let resolve!: (value: Value) => void
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
