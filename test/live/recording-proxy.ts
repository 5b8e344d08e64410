import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request of the program and its answer. */
export interface Exchange {
  method: string
  /** Without query. */
  path: string
  status: number
  durationMs: number
  headers: Headers
  /** Undefined where there is none, or none that is JSON. */
  asked: unknown
  answered: unknown
}

export interface RecordingProxy {
  url: string
  close(): Promise<void>
}

const notForwarded = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding'])
const notReturned = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
])

/** Stands between the program and the API on loopback, passes everything on as it is, and tells what it saw. */
export async function startRecordingProxy(
  target: string,
  onExchange: (exchange: Exchange) => void,
): Promise<RecordingProxy> {
  const server = createServer(async (incoming, outgoing) => {
    const startedMs = performance.now()
    try {
      const body = await readAll(incoming)
      const response = await fetch(target + (incoming.url ?? '/'), {
        method: incoming.method ?? 'GET',
        headers: Object.entries(incoming.headers).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string' && !notForwarded.has(entry[0]),
        ),
        redirect: 'manual',
        ...(body === '' ? {} : { body }),
      })
      const text = await response.text()
      outgoing.sendDate = false
      outgoing.writeHead(
        response.status,
        Object.fromEntries([...response.headers].filter(([name]) => !notReturned.has(name))),
      )
      outgoing.end(text)
      onExchange({
        method: incoming.method ?? 'GET',
        path: new URL(incoming.url ?? '/', target).pathname,
        status: response.status,
        durationMs: performance.now() - startedMs,
        headers: response.headers,
        asked: parse(body),
        answered: parse(text),
      })
    } catch {
      // As the program would have seen it without us.
      outgoing.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
