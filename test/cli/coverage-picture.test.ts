import { describe, expect, it } from 'vitest'
import { drawCoverage } from '../../src/cli/coverage-picture'

const day = 86_400
const at = (iso: string) => Date.parse(iso) / 1000

describe('drawCoverage', () => {
  it('shows each day as complete, in part or not fetched, under the name of its month', () => {
    const covered = [
      { start: at('2026-03-26T00:00:00Z'), end: at('2026-03-29T00:00:00Z') },
      { start: at('2026-03-30T12:00:00Z'), end: at('2026-04-03T11:58:00Z') },
    ]
    const view = { nowSeconds: at('2026-04-03T12:00:00Z'), timezone: null, columns: 60 }
    expect(drawCoverage(covered, view)).toEqual([
      'Mar   Apr',
      '███·▒████',
      '█ complete  ▒ in part  · not fetched  (a sign is a day, from 2026-03-26)',
    ])
  })

  it("draws the workspace's days, so that a synced day is whole where it is one", () => {
    const covered = [{ start: at('2026-06-01T04:00:00Z'), end: at('2026-06-03T04:00:00Z') }]
    const view = { nowSeconds: at('2026-06-04T12:00:00Z'), timezone: 'America/New_York', columns: 60 }
    expect(drawCoverage(covered, view)?.[1]).toBe('██··')
    expect(drawCoverage(covered, { ...view, timezone: null })?.[1]).toBe('██▒·')
  })

  it('joins days when the history is wider than the row, and tells the turn of the year', () => {
    const now = at('2026-02-20T12:00:00Z')
    const view = { nowSeconds: now, timezone: null, columns: 30 }
    const [months, cells, legend] = drawCoverage([{ start: now - 110 * day, end: now }], view) ?? []
    expect(months).toBe('Nov     Dec    2026    Feb')
    expect(cells).toBe('█'.repeat(28))
    expect(legend).toBe('█ complete  (a sign is 4 days, from 2025-11-02)')
  })

  it.each([1, 3, 7, 20, 92])('is never wider than %d columns', (columns) => {
    const now = at('2026-02-20T12:00:00Z')
    const [months = '', cells = ''] =
      drawCoverage([{ start: now - 900 * day, end: now }], { nowSeconds: now, timezone: null, columns }) ?? []
    expect([months, cells].every((line) => line.length <= columns)).toBe(true)
  })

  it('misses nothing of a day that has just begun', () => {
    const midnight = at('2026-03-05T00:00:00Z')
    const view = { nowSeconds: midnight + 600, timezone: null, columns: 60 }
    expect(drawCoverage([{ start: midnight - 2 * day, end: midnight - 600 }], view)?.[1]).toBe('███')
  })

  it('draws nothing for nothing', () => {
    expect(drawCoverage([], { nowSeconds: 0, timezone: null, columns: 60 })).toBeNull()
  })
})
