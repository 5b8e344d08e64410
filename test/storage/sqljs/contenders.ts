import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const contenders = 3
/** Nobody who waits for a dead owner's store or for the end needs longer, whatever the machine does besides. */
const longestWaitMs = 60_000

interface Contender {
  process: ChildProcess
  phase: string
  /** How it ended, when everything it said has been read. */
  ended: Promise<string>
}

export interface ContendersOptions {
  /** Path of the program and its arguments, for each process that is started. */
  command: () => string[]
  random: () => number
  /** A kill waits for this many words of the owner at most. */
  patience: number
  /** Gets what the processes say besides `owner` and `phase ...`. */
  hear: (word: string, rest: string) => void
}

/**
 * Three processes that want one store. Each says `owner` when it has the lock, `phase lock` when it has freed it, and
 * `phase ...` for what it does else. They are killed with `kill -9` and replaced.
 */
export class Contenders {
  readonly #options: ContendersOptions
  readonly #living = new Set<Contender>()
  #owner: Contender | null = null
  #owners = 0
  #ownersBeforeKill = 0
  #saidByOwner = 0
  #isOver = false

  constructor(options: ContendersOptions) {
    this.#options = options
    for (let n = 0; n < contenders; n++) this.#start()
  }

  /** How often somebody took the store. */
  get owners(): number {
    return this.#owners
  }

  /** There is nothing left to do: `killOne` need not wait for more. */
  end(): void {
    this.#isOver = true
  }

  /** Resolves after `end`, whoever of the living comes to it. */
  async ended(): Promise<void> {
    await this.#until(() => false)
  }

  /** Kills one at a random moment and starts another; returns the phase it was in, or null when all was over. */
  async killOne(): Promise<string | null> {
    const victim = await this.#aim()
    if (victim === null) return null
    const { phase } = victim
    this.#ownersBeforeKill = this.#owners
    await this.#kill(victim)
    this.#start()
    return phase
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#living].map((contender) => this.#kill(contender)))
  }

  // Mostly who owns the store, some while after it has said something; sometimes a new owner, who opens it; sometimes
  // anybody, who may be waiting, taking the lock or just starting.
  async #aim(): Promise<Contender | null> {
    const { random, patience } = this.#options
    const said = this.#saidByOwner + Math.floor(random() * patience)
    const kind = random()
    const pauseMs = random() * (kind < 0.15 ? 60 : 12)
    const isTime = kind < 0.3 ? () => this.#owners > this.#ownersBeforeKill : () => this.#saidByOwner >= said
    await this.#until(() => isTime() && this.#owner !== null)
    await delay(pauseMs)
    if (this.#isOver) return null
    const all = [...this.#living]
    const anybody = all[Math.floor(random() * all.length)] as Contender
    return kind < 0.15 ? anybody : (this.#owner ?? anybody)
  }

  async #until(isSo: () => boolean): Promise<void> {
    const latest = Date.now() + longestWaitMs
    while (!isSo() && !this.#isOver) {
      if (Date.now() > latest) throw new Error('The contenders have come to a standstill')
      await delay(1)
    }
  }

  #start(): void {
    const child = spawn(process.execPath, this.#options.command(), { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
    })
    const contender: Contender = { process: child, phase: 'start', ended: exit }
    contender.ended = this.#listen(contender, createInterface({ input: child.stdout })).then(() => exit)
    this.#living.add(contender)
  }

  async #listen(contender: Contender, lines: AsyncIterable<string>): Promise<void> {
    for await (const line of lines) {
      const [word = ''] = line.split(' ', 1)
      const rest = line.slice(word.length + 1)
      if (word === 'owner') {
        this.#owner = contender
        this.#owners++
      } else if (word === 'phase') {
        contender.phase = rest
        if (rest === 'lock' && this.#owner === contender) this.#owner = null
      } else this.#options.hear(word, rest)
      if (this.#owner === contender) this.#saidByOwner++
    }
  }

  async #kill(contender: Contender): Promise<void> {
    contender.process.kill('SIGKILL')
    this.#living.delete(contender)
    const end = await contender.ended
    if (this.#owner === contender) this.#owner = null
    if (end !== 'SIGKILL') throw new Error(`A contender ended by itself: ${end}`)
  }
}

/** A small generator, so that a run can be repeated as far as processes allow. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
