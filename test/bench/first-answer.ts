import { type Place, spawnNode } from './process'

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '0' } },
}

const firstQuestion = [
  initialize,
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'get_data_info', arguments: {} } },
]

/** How a process is ended after its answer: by closing its input, or with SIGKILL. */
export type Ending = 'cleanly' | 'killed'

/** Milliseconds from the start of the program to its answer to `initialize`. */
export function timeInitialize(place: Place): Promise<number> {
  return timeToAnswer(startArguments(place), {
    env: place.env,
    requests: [initialize],
    id: 1,
    ending: 'cleanly',
  })
}

/** Milliseconds from the start of the program to its first answer out of the store. */
export function timeOpen(place: Place, ending: Ending): Promise<number> {
  return timeToAnswer(startArguments(place), { env: place.env, requests: firstQuestion, id: 2, ending })
}

/** Milliseconds from the start of a script to the line in which it answers. */
export function timeScript(args: string[]): Promise<number> {
  return timeToAnswer(args, { env: {}, requests: [initialize], id: 1, ending: 'cleanly' })
}

function startArguments({ program, home }: Place): string[] {
  return [program, 'start', '--home', home]
}

interface Exchange {
  env: Record<string, string>
  /** Sent at once, one line each, without waiting for answers in between. */
  requests: object[]
  /** Of the request whose answer ends the measurement. */
  id: number
  ending: Ending
}

function timeToAnswer(args: string[], { env, requests, id, ending }: Exchange): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const child = spawnNode(args, env)
    let output = ''
    let elapsedMs: number | null = null
    child.stdout?.on('data', (chunk) => {
      output += chunk
      if (elapsedMs !== null || !hasAnswer(output, id)) return
      elapsedMs = performance.now() - startedMs
      if (ending === 'killed') child.kill('SIGKILL')
      else child.stdin?.end()
    })
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    // A script that needs no question may be gone before it is asked.
    child.stdin?.on('error', () => {})
    child.on('error', reject)
    child.on('close', () => {
      if (elapsedMs === null) reject(new Error(`${args.join(' ')} gave no answer: ${output} ${errors}`))
      else resolve(elapsedMs)
    })
    child.stdin?.write(requests.map((request) => `${JSON.stringify(request)}\n`).join(''))
  })
}

/** Whether a whole line with the result for that id is there; an error is no answer. */
function hasAnswer(output: string, id: number): boolean {
  const lines = output.split('\n').slice(0, -1)
  return lines.some((line) => {
    const message = JSON.parse(line) as { id?: number; error?: unknown; result?: { isError?: boolean } }
    if (message.id !== id) return false
    if (message.error !== undefined || message.result?.isError) throw new Error(`refused: ${line}`)
    return true
  })
}
