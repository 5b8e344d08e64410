import { afterEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/server'

/** 6 March 2025, 12:00 in Dublin: a Thursday, at which every test world stands unless told otherwise. */
export const testNow = 1_741_262_400

const started: Simulator[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((simulator) => simulator.close()))
})

/**
 * A small workspace on loopback with the token `test-token`: 120 conversations in the 60 days before `testNow`, its
 * clock running from there. It closes itself after the test.
 */
export async function startTestSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({
    size: 120,
    now: testNow,
    token: 'test-token',
    seed: 'test',
    ...options,
  })
  started.push(simulator)
  return simulator
}

export interface Asked {
  status: number
  headers: Headers
  /** null when the body is no JSON. */
  json: unknown
  text: string
}

/** One plain request to the simulator, past our own client; POST when there is a body. */
export async function ask(
  simulator: Simulator,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const response = await fetch(simulator.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${simulator.token}`, accept: 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: readJson(text), text }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
