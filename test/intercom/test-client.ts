import { createIntercomClient, type IntercomClientOptions } from '../../src/intercom/client'
import type { LogFields, Logger } from '../../src/logger'

interface LogLine {
  level: string
  message: string
  fields?: LogFields
}

/** A client whose waits take no time: they move its clock on and are written down. */
export function createTestClient(apiUrl: string, overrides: Partial<IntercomClientOptions> = {}) {
  const clock = { ms: 1_700_000_000_000 }
  const waits: number[] = []
  const logs: LogLine[] = []
  const log = (level: string) => (message: string, fields?: LogFields) => {
    logs.push({ level, message, fields })
  }
  const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  const client = createIntercomClient({
    token: 'dG9rOm9mX2FfdGVzdA==',
    region: 'us',
    apiUrl,
    apiVersion: '2.16',
    version: '1.2.3',
    logger,
    now: () => clock.ms,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      waits.push(ms)
      clock.ms += ms
    },
    random: () => 0.5,
    ...overrides,
  })
  return { client, clock, waits, logs }
}

/** All that a generator yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
