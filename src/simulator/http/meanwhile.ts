import type { Changes } from '../changes'
import type { World } from '../world'
import type { ApiRequest } from './api-request'

export interface Scene {
  world: World
  change: Changes
  /** Makes one change to the workspace, as people do in the course of a day. */
  makeChange(): void
}

/** What happens to the workspace between a request and its answer, as far as faults are switched on for it. */
export function letThingsHappen({ world, change, makeChange }: Scene, distort: ApiRequest['distort']): void {
  const changes = distort('changes_while_reading')
  for (let left = changes?.amount ?? 0; left > 0; left--) makeChange()
  const bulk = distort('bulk_update')
  if (bulk === null) return
  const ids = world.ids()
  const stride = Math.max(1, Math.floor(ids.length / bulk.amount))
  for (const [position, id] of ids.entries()) if (position % stride === 0) change.touch(id)
}
