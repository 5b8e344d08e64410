import type { TimeField } from '../domain/coverage'
import { placesByLargest, selectAt } from '../domain/selection'
import type { IndexSide } from './dialect'
import { RememberedStatistics } from './remembered-statistics'

/** A conversation and the document that stands for it in the index. */
export interface LivingDocument {
  docid: number
  ref: number
  id: string
  createdAt: number
  updatedAt: number
}

/** Taken from it, times turn their order and stay what sorts quickly. */
const latest = 2 ** 32 - 1

/**
 * Which documents of an index live, and what a search asks of every match: whose they are and from when. In memory
 * (about 60 bytes a conversation), because a broad question finds most documents, and looking each up in the tables
 * takes longer than finding it.
 */
export class DocumentTable {
  readonly side: IndexSide
  /** Tokens of a document's running text, by docid; 0 where nobody has asked the index yet. */
  lengths: Int32Array<ArrayBufferLike> = new Int32Array(0)
  #refs: Int32Array<ArrayBufferLike> = new Int32Array(0)
  #docids: Int32Array<ArrayBufferLike> = new Int32Array(0)
  #createdAt: Float64Array<ArrayBufferLike> = new Float64Array(0)
  #updatedAt: Float64Array<ArrayBufferLike> = new Float64Array(0)
  /** Of all documents, the dead ones too. */
  readonly statistics = new RememberedStatistics()
  readonly #ids: string[] = []

  constructor(side: IndexSide) {
    this.side = side
  }

  /** Puts a document in the place of the one that its conversation had. */
  put({ docid, ref, id, createdAt, updatedAt }: LivingDocument): void {
    this.statistics.forget()
    this.#makeRoom(docid, ref)
    this.remove(ref)
    this.#refs[docid] = ref
    this.#docids[ref] = docid
    this.#createdAt[docid] = createdAt
    this.#updatedAt[docid] = updatedAt
    this.#ids[docid] = id
  }

  /** The conversation has no document any more. */
  remove(ref: number): void {
    const docid = this.#docids[ref] ?? 0
    if (docid === 0) return
    this.#refs[docid] = 0
    this.#docids[ref] = 0
    this.#ids[docid] = ''
  }

  /** Every living document except these. */
  allExcept(excluded: readonly number[]): number[] {
    const isExcluded = new Uint8Array(this.#refs.length)
    for (let place = 0; place < excluded.length; place++) isExcluded[excluded[place]!] = 1
    const all = this.#docids
    const docids: number[] = []
    for (let ref = 0; ref < all.length; ref++) {
      const docid = all[ref]!
      if (docid !== 0 && isExcluded[docid] === 0) docids.push(docid)
    }
    return docids
  }

  /** Those of `docids` that live, in their order. */
  living(docids: readonly number[]): readonly number[] {
    // A loop: broad questions find most documents, and a call for each takes longer than all else here.
    const refs = this.#refs
    let some: number[] | null = null
    for (let place = 0; place < docids.length; place++) {
      const docid = docids[place]!
      const lives = docid < refs.length && refs[docid] !== 0
      // Copied from the first dead one on: mostly there is none.
      if (!lives) some ??= docids.slice(0, place)
      else if (some !== null) some.push(docid)
    }
    return some ?? docids
  }

  /** Those of `docids` whose conversations are among `refs`. */
  among(docids: readonly number[], refs: readonly number[]): number[] {
    const wanted = new Uint8Array(this.#docids.length)
    for (const ref of refs) wanted[ref] = 1
    return docids.filter((docid) => wanted[this.#refs[docid] ?? 0] === 1)
  }

  /** The conversations of living documents. */
  refsOf(docids: readonly number[]): number[] {
    return docids.map((docid) => this.#refs[docid] ?? 0)
  }

  idOf(docid: number): string {
    return this.#ids[docid] ?? ''
  }

  /** The newest `count` of `docids`, newest first, ties by id. */
  newest(docids: readonly number[], field: TimeField, count: number): number[] {
    const times = this.#times(field)
    const { length } = docids
    const few =
      length <= count
        ? docids
        : within(docids, times, nthLowest(docids, times, length - count), Number.POSITIVE_INFINITY)
    return this.#ordered(few, timesOf(few, times)).slice(0, count)
  }

  /** The oldest `count` of `docids`, oldest first, ties by id. */
  oldest(docids: readonly number[], field: TimeField, count: number): number[] {
    const times = this.#times(field)
    const few =
      docids.length <= count
        ? docids
        : within(docids, times, Number.NEGATIVE_INFINITY, nthLowest(docids, times, count - 1))
    const keys = timesOf(few, times).map((time) => latest - time)
    return this.#ordered(few, keys).slice(0, count)
  }

  /** Those with the largest keys first, ties by id. */
  #ordered(docids: readonly number[], keys: Float64Array): number[] {
    const places = placesByLargest(keys)
    const ordered: number[] = []
    for (let start = 0; start < places.length; ) {
      const key = keys[places[start]!]
      let end = start
      for (; end < places.length && keys[places[end]!] === key; end++) ordered.push(docids[places[end]!]!)
      if (end - start > 1) ordered.push(...ordered.splice(start).sort((a, b) => this.#byId(a, b)))
      start = end
    }
    return ordered
  }

  #byId(a: number, b: number): number {
    return (this.#ids[a] ?? '') < (this.#ids[b] ?? '') ? -1 : 1
  }

  #times(field: TimeField): Float64Array {
    return field === 'created_at' ? this.#createdAt : this.#updatedAt
  }

  #makeRoom(docid: number, ref: number): void {
    if (docid >= this.#refs.length) {
      const size = Math.max(1024, Math.ceil(docid * 1.5))
      this.#refs = grown(this.#refs, new Int32Array(size))
      this.lengths = grown(this.lengths, new Int32Array(size))
      this.#createdAt = grown(this.#createdAt, new Float64Array(size))
      this.#updatedAt = grown(this.#updatedAt, new Float64Array(size))
    }
    if (ref >= this.#docids.length) {
      this.#docids = grown(this.#docids, new Int32Array(Math.max(1024, Math.ceil(ref * 1.5))))
    }
    // No holes: an array with some is slower for good.
    while (this.#ids.length <= docid) this.#ids.push('')
  }
}

function grown<Values extends Int32Array | Float64Array>(from: Values, to: Values): Values {
  to.set(from)
  return to
}

// Loops below: broad questions find most documents, and a call for each takes longer than all else here.

function timesOf(docids: readonly number[], times: Float64Array): Float64Array {
  const some = new Float64Array(docids.length)
  for (let place = 0; place < docids.length; place++) some[place] = times[docids[place]!] ?? 0
  return some
}

// Sorting thirty thousand documents by time takes longer than finding them.
function nthLowest(docids: readonly number[], times: Float64Array, place: number): number {
  return selectAt(timesOf(docids, times), place)
}

/** Those between two times, both included. */
function within(docids: readonly number[], times: Float64Array, first: number, last: number): number[] {
  const some: number[] = []
  for (let place = 0; place < docids.length; place++) {
    const docid = docids[place]!
    const time = times[docid]!
    if (time >= first && time <= last) some.push(docid)
  }
  return some
}
