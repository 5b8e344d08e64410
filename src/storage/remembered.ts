import type { SqlDriver } from './driver'

/** Reads what seldom changes once between two changes of the store. Who gets it leaves it as it is. */
export function rememberUntilChange<Value>(
  driver: Pick<SqlDriver, 'generation'>,
  read: () => Promise<Value>,
): () => Promise<Value> {
  let kept: { generation: number; value: Value } | null = null
  return async () => {
    const { generation } = driver
    if (kept?.generation === generation) return kept.value
    const value = await read()
    // Else it may be of either side of a change.
    if (driver.generation === generation) kept = { generation, value }
    return value
  }
}
