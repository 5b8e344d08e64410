import type { Simulator } from '../../src/simulator/server'

const day = 86_400

/** The windows that were searched for so far, in this order, each named once: in days before now. */
export function searchedWindows(simulator: Simulator): string[] {
  const windows = simulator.requests.recent.flatMap(({ endpoint, body, status }) => {
    const inquiry = body as {
      query?: { value?: { field: string; operator: string; value: number }[] }
    } | null
    const bounds = inquiry?.query?.value
    if (endpoint !== 'conversations.search' || status !== 200 || !Array.isArray(bounds)) return []
    const at = (operator: string) => bounds.find((bound) => bound?.operator === operator)?.value ?? 0
    const [from, to] = ['>', '<'].map((operator) => Math.round((simulator.clock.now() - at(operator)) / day))
    return bounds[0]?.field === 'created_at' ? [`${from} to ${to}`] : ['what is new']
  })
  return [...new Set(windows)]
}
