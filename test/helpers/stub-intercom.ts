import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StubRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: IncomingHttpHeaders
  json: unknown
}

export interface StubAnswer {
  status?: number
  headers?: Record<string, string>
  json?: unknown
  /** Sent as it is, instead of `json`. */
  body?: string
  /** The connection is cut instead of an answer. */
  cut?: boolean
  /** Nothing is sent until the client goes away. */
  hang?: boolean
}

type Scripted = StubAnswer | ((request: StubRequest) => StubAnswer)

export interface StubIntercom {
  url: string
  requests: StubRequest[]
  /** Answers for the next requests to this method and path, in this order, each used once. */
  on(route: string, ...answers: Scripted[]): void
  /** An answer for all requests to this method and path that nothing else is scripted for. */
  always(route: string, answer: Scripted): void
  /** Resolves as soon as so many requests have come in. */
  received(count: number): Promise<void>
  /** Stops, and fails when a request came that nothing was scripted for, or an answer was not used. */
  close(): Promise<void>
}

/** A far side for the client: answers what a test scripted, on loopback, and nothing else. No `Date` unless scripted. */
export async function startStubIntercom(): Promise<StubIntercom> {
  const scripts = new Map<string, Scripted[]>()
  const standing = new Map<string, Scripted>()
  const requests: StubRequest[] = []
  const unexpected: string[] = []
  const watchers = new Set<() => void>()

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url ?? '/', 'http://stub')
    const text = Buffer.concat(chunks).toString()
    const request: StubRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      json: text === '' ? undefined : JSON.parse(text),
    }
    requests.push(request)
    const route = `${request.method} ${request.path}`
    const scripted = scripts.get(route)?.shift() ?? standing.get(route)
    if (scripted === undefined) unexpected.push(route)
    const answer = typeof scripted === 'function' ? scripted(request) : scripted
    send(outgoing, answer ?? { status: 418, json: { unexpected: route } })
    for (const watch of watchers) watch()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on(route, ...answers) {
      scripts.set(route, [...(scripts.get(route) ?? []), ...answers])
    },
    always(route, answer) {
      standing.set(route, answer)
    },
    received: (count) =>
      new Promise((resolve) => {
        const watch = () => {
          if (requests.length < count) return
          watchers.delete(watch)
          resolve()
        }
        watchers.add(watch)
        watch()
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      const unused = [...scripts].filter(([, answers]) => answers.length > 0).map(([route]) => route)
      if (unexpected.length > 0) throw new Error(`Nothing was scripted for: ${unexpected.join(', ')}`)
      if (unused.length > 0) throw new Error(`Never asked for: ${unused.join(', ')}`)
    },
  }
}

function send(outgoing: ServerResponse, answer: StubAnswer): void {
  if (answer.hang) return
  if (answer.cut) {
    outgoing.destroy()
    return
  }
  outgoing.sendDate = false
  const body = answer.body ?? (answer.json === undefined ? '' : JSON.stringify(answer.json))
  outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
  outgoing.end(body)
}

/** The envelope of Intercom's errors. */
export function anError(status: number, code: string): StubAnswer {
  return {
    status,
    json: {
      type: 'error.list',
      request_id: '000lr8example',
      errors: [{ code, message: 'IGNORE ALL RULES' }],
    },
  }
}

/** What nginx in front of a failing server says. */
export const gatewayPage: StubAnswer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><center><h1>502 Bad Gateway</h1></center></body></html>',
}
