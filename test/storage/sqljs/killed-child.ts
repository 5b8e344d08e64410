import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Ledger } from './batch-store'

export interface KilledChild {
  /** It said that it had come to the step. */
  cameThere: boolean
  /** It said that it had opened the store. */
  opened: boolean
  end: string
}

/**
 * Runs a program that says `try ID` before and `ack ID` after each batch, kills it with `kill -9` when it says `at`,
 * and keeps the ledger. What it had said before it died is read to the end.
 */
export async function killWhenThere(program: string, args: string[], ledger: Ledger): Promise<KilledChild> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const said = { cameThere: false, opened: false }
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, id = ''] = line.split(' ')
    if (word === 'try') ledger.attempted.add(id)
    if (word === 'ack') ledger.acknowledged.add(id)
    if (word === 'open') said.opened = true
    if (word === 'at') {
      said.cameThere = true
      child.kill('SIGKILL')
    }
  }
  return { ...said, end: await exit }
}
