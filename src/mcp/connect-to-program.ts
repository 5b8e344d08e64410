import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { JsonSchemaValidator, jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js'
import { AppError } from '../domain/errors'

/** A server that runs as a child of this process, asked as any MCP client would ask it. */
export interface ServedProgram {
  tools: string[]
  /** From starting the process to its answer to `initialize`. */
  startMs: number
  /** Rejects with the tool's own words when it answers with an error. */
  call(name: string, args: Record<string, unknown>): Promise<ToolReply>
  /** Closes the program's standard input, at which it ends by itself. */
  close(): Promise<void>
}

export interface ToolReply {
  data: Record<string, unknown>
  text: string
  ms: number
}

/** The server checks its answers itself before it sends them; the SDK's validator would be most of the demo's code. */
const trustOwnServer: jsonSchemaValidator = {
  getValidator<Data>(): JsonSchemaValidator<Data> {
    return (input) => ({ valid: true, data: input as Data, errorMessage: undefined })
  },
}

/** Starts a server and shakes hands with it. It inherits only what a client hands on of the environment. */
export async function connectToProgram(options: {
  command: string
  args: string[]
  version: string
}): Promise<ServedProgram> {
  const { command, args, version } = options
  const client = new Client(
    { name: 'fast-intercom-mcp-demo', version },
    { jsonSchemaValidator: trustOwnServer },
  )
  const startedMs = performance.now()
  await client.connect(new StdioClientTransport({ command, args, stderr: 'ignore' }))
  const startMs = performance.now() - startedMs
  const { tools } = await client.listTools()
  return {
    tools: tools.map((tool) => tool.name),
    startMs,
    async call(name, toolArgs) {
      const askedMs = performance.now()
      const result = await client.callTool({ name, arguments: toolArgs })
      const ms = performance.now() - askedMs
      const text = (result.content as { text?: string }[]).map((part) => part.text ?? '').join('\n')
      if (result.isError) throw new AppError('tool_failed', `${name}: ${text}`)
      return { data: result.structuredContent as Record<string, unknown>, text, ms }
    },
    close: () => client.close(),
  }
}
