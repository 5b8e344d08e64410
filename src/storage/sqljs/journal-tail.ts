/** The records that are committed while a snapshot is being made elsewhere, to be copied into the next journal. */
export class JournalTail {
  readonly #start: number
  readonly #records: Uint8Array[] = []
  #copied = 0
  #bytesLeft = 0

  /** `start` is the last commit before the first record. */
  constructor(start: number) {
    this.#start = start
  }

  add(record: Uint8Array): void {
    this.#records.push(record)
    this.#bytesLeft += record.length
  }

  /** The last commit of which the record is here. */
  get sequence(): number {
    return this.#start + this.#copied + this.#records.length
  }

  get bytesLeft(): number {
    return this.#bytesLeft
  }

  /** Takes the next records out, at least one and at most about `mostBytes`; null when none is left. */
  take(mostBytes: number): Uint8Array | null {
    let count = 0
    let bytes = 0
    for (const record of this.#records) {
      if (count > 0 && bytes + record.length > mostBytes) break
      bytes += record.length
      count++
    }
    if (count === 0) return null
    this.#copied += count
    this.#bytesLeft -= bytes
    return Buffer.concat(this.#records.splice(0, count), bytes)
  }
}
