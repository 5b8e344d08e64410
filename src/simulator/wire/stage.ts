import type { People } from '../generate/people'
import type { Staff } from '../generate/staff'
import type { Writer } from '../generate/writer'
import type { Zone } from '../generate/zone'

/** What is needed to turn a story into the API's objects. */
export interface Stage {
  seed: number
  idCode: string
  zone: Zone
  staff: Staff
  people: People
  writer: Writer
  idOf(index: number): string
  /** The contact that stands in for a merged one. */
  canonical(person: number): number
}
