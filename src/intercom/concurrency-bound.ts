export interface ConcurrencyBound {
  /** How many requests may run at once. */
  current(): number
  /** An answer came. `inUse` is how many were running; a bound that is not reached does not grow. */
  onAnswer(kind: string, latencyMs: number, inUse: number): void
  /** The server was out of breath: fewer from now on, at most once for those that were running together. */
  onTrouble(keep: number): void
  /** What this kind of request usually takes; 0 before any was answered. */
  usualMs(kind: string): number
  /** Raises or lowers the highest value the bound may take. */
  setCeiling(ceiling: number): void
}

/** Enough to use up 1,666 requests in ten seconds with answers that take a third of a second. */
export const usualConcurrency = 64
const lowest = 2
const first = 4

interface Latency {
  usual: number
  recent: number
}

/**
 * Grows while answers keep their usual speed and shrinks when they slow down: the server, or the way to it, has then
 * more than it can do at once, and further requests would only wait there. Latency is judged per kind of request,
 * because a search takes many times as long as a thread.
 */
export function createConcurrencyBound(): ConcurrencyBound {
  let value = first
  let ceiling = usualConcurrency
  let doubling = true
  let sinceCut = 0
  const latencies = new Map<string, Latency>()

  function cut(keep: number): void {
    doubling = false
    if (sinceCut < value) return
    value = Math.max(lowest, value * keep)
    sinceCut = 0
  }

  return {
    current: () => Math.min(ceiling, Math.floor(value)),
    onAnswer(kind, latencyMs, inUse) {
      sinceCut += 1
      const latency = follow(latencies.get(kind), latencyMs)
      latencies.set(kind, latency)
      if (isSlow(latency)) cut(0.9)
      else if (inUse >= Math.floor(value) - 1) value = Math.min(ceiling, value + (doubling ? 1 : 1 / value))
    },
    onTrouble(keep) {
      sinceCut += 1
      cut(keep)
    },
    usualMs: (kind) => latencies.get(kind)?.usual ?? 0,
    setCeiling(next) {
      ceiling = next
    },
  }
}

/** The usual latency is the lowest seen, forgotten slowly so that a server that became slower for good is accepted. */
function follow(known: Latency | undefined, latencyMs: number): Latency {
  if (!known) return { usual: latencyMs, recent: latencyMs }
  return {
    usual: Math.min(known.usual * 1.002, latencyMs),
    recent: known.recent * 0.9 + latencyMs * 0.1,
  }
}

/** The constant keeps the jitter of a fast loopback from counting. */
function isSlow({ usual, recent }: Latency): boolean {
  return recent > usual * 2 + 50
}
