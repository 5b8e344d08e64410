/** One answered (or dropped) request. */
interface RequestRecord {
  method: string
  /** With query string. */
  path: string
  endpoint: string
  /** 0 when the connection was cut without an answer. */
  status: number
  version: string | null
  body: unknown
}

/** What has been asked of the simulator since the last `reset`. */
export interface RequestLog {
  readonly total: number
  readonly byEndpoint: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<number, number>>
  /** The most requests that were under way at the same time. */
  readonly mostInFlight: number
  /** The latest few hundred, oldest first. */
  readonly recent: readonly RequestRecord[]
  count(endpoint: string): number
  reset(): void
}

export interface RequestRecorder extends RequestLog {
  begin(): void
  end(record: RequestRecord): void
}

const keptRecords = 500

/** An empty log. */
export function createRequestLog(): RequestRecorder {
  let total = 0
  let inFlight = 0
  let mostInFlight = 0
  let byEndpoint: Record<string, number> = {}
  let byStatus: Record<number, number> = {}
  let recent: RequestRecord[] = []
  return {
    get total() {
      return total
    },
    get byEndpoint() {
      return byEndpoint
    },
    get byStatus() {
      return byStatus
    },
    get mostInFlight() {
      return mostInFlight
    },
    get recent() {
      return recent
    },
    count: (endpoint) => byEndpoint[endpoint] ?? 0,
    reset: () => {
      total = 0
      mostInFlight = inFlight
      byEndpoint = {}
      byStatus = {}
      recent = []
    },
    begin: () => {
      inFlight++
      mostInFlight = Math.max(mostInFlight, inFlight)
    },
    end: (record) => {
      inFlight--
      total++
      byEndpoint[record.endpoint] = (byEndpoint[record.endpoint] ?? 0) + 1
      byStatus[record.status] = (byStatus[record.status] ?? 0) + 1
      recent.push(record)
      if (recent.length > keptRecords) recent.shift()
    },
  }
}
