// Takes the lock again and again; for each time writes its number to a ledger. Frees it, or dies holding it.
import { appendFileSync, closeSync, existsSync, openSync, unlinkSync } from 'node:fs'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../../src/storage/sqljs/lock'

const [dbPath = '', ledger = '', links = '', diesAfter = '0'] = process.argv.slice(2)
const alone = `${ledger}.alone`
const real = createFileLayer()
const link = (): never => {
  throw Object.assign(new Error('no links here'), { code: 'EPERM' })
}
const files = links === 'no links' ? { ...real, link } : real

for (let wins = 0; !existsSync(`${ledger}.done`); ) {
  const result = await acquireLock({ dbPath, socket: '', key: '00', files })
  if (result.kind === 'taken') {
    await new Promise((resolve) => setImmediate(resolve))
    continue
  }
  wins++
  // Fails when somebody else believes to hold the lock now.
  closeSync(openSync(alone, 'wx'))
  appendFileSync(ledger, `${result.lock.generation} ${result.lock.isHeld()}\n`)
  unlinkSync(alone)
  if (wins === Number(diesAfter)) process.kill(process.pid, 'SIGKILL')
  result.lock.release()
  // Lets the others have their turn.
  await new Promise((resolve) => setTimeout(resolve, 1))
}
