import type { Readable, Writable } from 'node:stream'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
} from '@modelcontextprotocol/sdk/types.js'
import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js'
import type { SyncProgress } from '../domain/sync-run'
import type { Logger } from '../logger'
import type { CallOptions, Service } from '../service/service'
import { describeArgumentIssues } from './argument-issues'
import { toArgumentErrorResult, toErrorResult } from './error-result'
import { serverIcon } from './icons'
import { instructions } from './instructions'
import { watchPendingRequests } from './pending-requests'
import { createProgressScale } from './progress'
import { tools } from './tools/index'

export interface McpServerOptions {
  version: string
  logger: Logger
  /** Called by what needs the data and by nothing before: the handshake must not wait for a store or network. */
  getService: () => Promise<Service>
}

/** A server that one client is, or will be, connected to. */
export interface McpServer {
  connect(transport: Transport): Promise<void>
  /** Aborts the calls that run and closes the transport. */
  close(): Promise<void>
}

const toolsByName = new Map(tools.map((tool) => [tool.name, tool]))

/** Builds an MCP server over the service. Nothing is opened or loaded until a client asks for what needs it. */
export function createServer(options: McpServerOptions): McpServer {
  const server = new Server(
    { name: 'fast-intercom-mcp', title: 'Fast Intercom', version: options.version, icons: serverIcon },
    {
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      instructions,
      jsonSchemaValidator: noElicitation,
    },
  )
  server.onerror = (error) => {
    options.logger.warn('a message of the client could not be used', { error: firstLine(error.message) })
  }
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map((tool) => tool.list()) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const progress = createProgressReport(extra, options.logger)
    try {
      const call: CallOptions = { signal: extra.signal, ...progress.call }
      return await callTool(params.name, params.arguments ?? {}, call, options)
    } finally {
      progress.end()
    }
  })
  handlePrompts(server)
  handleResources(server, options)
  server.setRequestHandler(CompleteRequestSchema, async ({ params }, { signal }) => {
    const { complete } = await import('./completions')
    return { ...(await complete(params, options, { signal })) }
  })
  return { connect: (transport) => server.connect(transport), close: () => server.close() }
}

/** What not every client asks for is loaded when one does, so that the handshake does not wait for it. */
function handlePrompts(server: Server): void {
  const load = () => import('./prompts/prompts')
  server.setRequestHandler(ListPromptsRequestSchema, async ({ params }) => {
    return { ...(await load()).listPrompts(params?.cursor) }
  })
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }) => {
    return (await load()).getPrompt(params.name, params.arguments)
  })
}

function handleResources(server: Server, options: McpServerOptions): void {
  const load = () => import('./resources/resource-list')
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }, { signal }) => {
    return { ...(await (await load()).listResources(params?.cursor, options, { signal })) }
  })
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async ({ params }) => {
    return (await load()).listResourceTemplates(params?.cursor)
  })
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) => {
    const { readResource } = await import('./resources/read-resource')
    return readResource(params.uri, options, { signal })
  })
}

interface RequestContext {
  _meta?: { progressToken?: string | number }
  sendNotification(notification: ServerNotification): Promise<void>
}

/** Notes are sent only when a token came with the request, and none after its answer: the protocol forbids both. */
function createProgressReport({ _meta, sendNotification }: RequestContext, logger: Logger) {
  const progressToken = _meta?.progressToken
  if (progressToken === undefined) return { call: {}, end: () => {} }
  const scale = createProgressScale()
  let ended = false
  const onProgress = (progress: SyncProgress) => {
    const note = ended ? null : scale(progress)
    if (note === null) return
    sendNotification({ method: 'notifications/progress', params: { progressToken, ...note } }).catch(
      (error) => logger.debug('a progress note was not sent', { error: String(error) }),
    )
  }
  return {
    call: { onProgress },
    end: () => {
      ended = true
    },
  }
}

/** Calls under way when the client closes its end get this long: longer than any answer that waits for nothing. */
const drainMs = 5_000

/** A client that sends more than this without a line break is broken; a request of ours is a few kilobytes. */
const maxBufferBytes = 10 * 1024 * 1024

export interface StdioOptions extends McpServerOptions {
  stdin: Readable
  stdout: Writable
  /** Called once, when the client is gone and the calls that it had under way are answered or have run out of time. */
  onClose: () => void
}

/**
 * Serves one client over a pair of streams. A line that is not a message is logged and skipped. Resolves when it
 * listens; `close` stops it from this side.
 */
export async function serveStdio(options: StdioOptions): Promise<{ close(): Promise<void> }> {
  const { stdin, stdout } = options
  const server = createServer(options)
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: maxBufferBytes })
  const pending = watchPendingRequests(transport)
  let closing: Promise<void> | undefined
  const close = (waitMs: number) => {
    closing ??= (async () => {
      await pending.settled(waitMs)
      await server.close()
      await flush(stdout)
      options.onClose()
    })()
    return closing
  }
  stdin.once('end', () => close(drainMs))
  stdin.once('close', () => close(drainMs))
  // The reader of our answers is gone (EPIPE): nothing is left to wait for.
  stdout.on('error', () => close(0))
  transport.onclose = () => close(0)
  await server.connect(transport)
  return { close: () => close(0) }
}

/** Resolves when everything written so far has been handed to the system, or cannot be any more. */
function flush(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded || stream.errored) return Promise.resolve()
  return new Promise((resolve) => stream.write('', () => resolve()))
}

async function callTool(
  name: string,
  args: Record<string, unknown>,
  call: CallOptions,
  { getService, logger }: McpServerOptions,
): Promise<CallToolResult> {
  const tool = toolsByName.get(name)
  if (tool === undefined) {
    const known = tools.map((known) => known.name).join(', ')
    throw new McpError(
      ErrorCode.InvalidParams,
      `Unknown tool ${JSON.stringify(name.slice(0, 100))}; known are: ${known}`,
    )
  }
  const parsed = tool.parse(args)
  if (!parsed.success) return toArgumentErrorResult(name, describeArgumentIssues(parsed.issues))
  try {
    const { data, text } = await tool.call(parsed.output, await getService(), call)
    return { content: [{ type: 'text', text }], structuredContent: data }
  } catch (error) {
    // Nobody reads the answer of a cancelled call; its abort is no failure worth a line in the log.
    if (call.signal?.aborted) throw error
    return toErrorResult(name, error, logger)
  }
}

/** The SDK validates only the answers to its own questions to the client, and we ask none: ajv need not be set up. */
const noElicitation: jsonSchemaValidator = {
  getValidator: () => () => ({
    valid: false,
    data: undefined,
    errorMessage: 'nothing is asked of the client',
  }),
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 300) ?? ''
}
