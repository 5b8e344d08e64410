import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Changes, createChanges } from './changes'
import { type ClockMode, createSimulatorClock, type SimulatorClock } from './clock'
import { createFaults, type FaultName, type FaultRule } from './faults'
import { loadDialogues } from './generate/corpus'
import { createRateWindow, type RateWindowUse } from './http/rate-window'
import { handleRequest, type Latency, type Switchboard } from './http/request-handler'
import { createRequestLog, type RequestLog } from './http/request-log'
import { createLateCopies } from './late-copy'
import { createLiveStep, type LiveChanges, type LiveOptions, startLiveChanges } from './live'
import { createContactSearch } from './search/contact-search'
import { createConversationSearch } from './search/conversation-search'
import type { Comparison } from './search/match'
import { createWorld, type World } from './world'
import type { WorldOptions } from './world-setting'

export interface SimulatorOptions extends Partial<Omit<WorldOptions, 'dialogues'>> {
  /** Gzipped JSON lines of dialogues to serve instead of invented ones. */
  corpusPath?: string
  /** A world made before, for instance to serve the same one twice. Takes the place of all that describes a world. */
  world?: World
  token?: string
  host?: string
  port?: number
  /** `running` (default) keeps pace with real time from `now` on; `frozen` moves only by hand. */
  clock?: ClockMode
  /** Milliseconds that a running clock keeps pace with; real time by default. */
  readMs?: () => number
  /** Calls in ten seconds. */
  rateLimit?: number
  latency?: Latency
  comparison?: Comparison
  sendRetryAfter?: boolean
}

/** An Intercom on loopback. */
export interface Simulator {
  /** Base address without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly token: string
  readonly world: World
  readonly clock: SimulatorClock
  readonly requests: RequestLog
  /** How much of the rate limit was used, window by window. */
  readonly rateUse: readonly RateWindowUse[]
  /** Changes to the workspace, at the clock's time. */
  readonly change: Changes
  /** Lets the workspace change by itself until stopped. */
  live(options?: LiveOptions): LiveChanges
  /** Replaces all faults that are switched on; none switches them off. */
  setFaults(...rules: FaultRule[]): void
  /** Of the faults that are switched on those that have struck. */
  struckFaults(): FaultName[]
  /** Calls in ten seconds, from the next call on. */
  setRateLimit(limit: number, options?: { sendRetryAfter?: boolean }): void
  setLatency(latency: Latency): void
  setComparison(comparison: Comparison): void
  setToken(token: string): void
  /** Refuses connections, as a host that is down does. */
  goDown(): Promise<void>
  /** Listens again, on the same port. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

// 10,000 calls a minute, counted in windows of ten seconds: what Intercom grants by default.
const defaultRateLimit = 1666

/** Starts a workspace of the given size and serves it; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', token = 'simulator-token' } = options
  const now = options.now ?? Math.floor(Date.now() / 1000)
  const world = options.world ?? (await makeWorld(options, now))
  const clock = createSimulatorClock(now, options.clock ?? 'running', options.readMs)
  const log = createRequestLog()
  const live = new Set<LiveChanges>()
  let server: Server | null = null
  let port = options.port ?? 0
  const url = () => `http://${host}:${port}`
  const change = createChanges(world, clock)

  const board: Switchboard = {
    world,
    change,
    makeChange: createFaultSteps(world, change),
    conversationSearch: createConversationSearch(world),
    contactSearch: createContactSearch(world),
    clock,
    rate: createRateWindow(clock, options.rateLimit ?? defaultRateLimit),
    faults: createFaults(),
    lateCopies: createLateCopies(world, clock),
    log,
    token,
    comparison: options.comparison ?? 'strict',
    latency: options.latency ?? {},
    sendRetryAfter: options.sendRetryAfter ?? false,
    baseUrl: url,
    sleep,
  }

  async function comeBack(): Promise<void> {
    if (server !== null) return
    server = await listen(board, host, port)
    port = (server.address() as AddressInfo).port
  }

  async function goDown(): Promise<void> {
    const stopping = server
    server = null
    if (stopping !== null) await stopListening(stopping)
  }

  await comeBack()
  return {
    get url() {
      return url()
    },
    get port() {
      return port
    },
    get token() {
      return board.token
    },
    world,
    clock,
    requests: log,
    get rateUse() {
      return board.rate.history()
    },
    change,
    live: (liveOptions = {}) => {
      const started = startLiveChanges(world, change, liveOptions)
      live.add(started)
      return started
    },
    setFaults: (...rules) => {
      board.faults.set(rules)
      board.lateCopies.follow(board.faults)
      board.makeChange = createFaultSteps(world, change)
    },
    struckFaults: () => board.faults.struck(),
    setRateLimit: (limit, { sendRetryAfter = board.sendRetryAfter } = {}) => {
      board.rate.limit = limit
      board.sendRetryAfter = sendRetryAfter
    },
    setLatency: (latency) => {
      board.latency = latency
    },
    setComparison: (comparison) => {
      board.comparison = comparison
    },
    setToken: (next) => {
      board.token = next
    },
    goDown,
    comeBack,
    close: async () => {
      for (const started of live) started.stop()
      await goDown()
    },
  }
}

/** The changes of a fault, the same ones each time that it is switched on. */
function createFaultSteps(world: World, change: Changes): () => void {
  return createLiveStep(world, change, { seed: 'fault', rare: 0.3 })
}

async function makeWorld(options: SimulatorOptions, now: number): Promise<World> {
  const { corpusPath } = options
  const dialogues = corpusPath === undefined ? undefined : await loadDialogues(corpusPath)
  return createWorld({ ...options, now, ...(dialogues === undefined ? {} : { dialogues }) })
}

function listen(board: Switchboard, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    // A client that hangs up while it sends its body ends the request, not the simulator.
    handleRequest(board, request, response).catch(() => response.destroy())
  })
  // A client may pause longer than Node's five seconds before it uses a kept connection again.
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
