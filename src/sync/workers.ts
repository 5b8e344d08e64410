/**
 * Runs `work` so many times side by side. Their signal aborts with the outer one and as soon as one of them fails.
 * Resolves when all have ended well; rejects with the first failure, after all have ended.
 */
export async function runWorkers(
  count: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([outer, failed.signal])
  const workers = Array.from({ length: count }, async () => {
    try {
      await work(signal)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  const results = await Promise.allSettled(workers)
  if (results.some(({ status }) => status === 'rejected')) throw failed.signal.reason
}
