// Owns the store and writes batches until it comes to one named step; there it says so and waits to be killed.
import { writeSync } from 'node:fs'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createBatches, writeBatch } from './batch-store'
import { followStep, namedSteps } from './named-steps'
import { type FileEvent, watchFiles, watchHalfWrites } from './watched-files'

const [dbPath = '', stepName = ''] = process.argv.slice(2)
const step = namedSteps[stepName]
if (step === undefined) throw new Error(`No such step: ${stepName}`)
const batchesBefore = 3

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}
let isArmed = step.opening === true
const follow = followStep(step, () => {
  say('at')
  if (step.goesOn !== true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
const watch = (event: FileEvent): void => {
  if (isArmed) follow(event)
}
const isHalfWrite = step.reached.some(({ moment }) => moment === 'during')
const real = createFileLayer()
const files = watchFiles(isHalfWrite ? watchHalfWrites(real, watch) : real, watch)

const claimed = await acquireLock({ dbPath, socket: '', key: '00', files })
if (claimed.kind !== 'held') throw new Error('The lock is taken')
const driver = await openSqljsDriver({
  path: dbPath,
  lock: claimed.lock,
  files,
  policy: { whenIdleAbove: 6_000, atCloseAbove: 0, shareOfSnapshot: 0 },
})
await createBatches(driver)
say('open')
for (let n = 1; ; n++) {
  const id = `${process.pid}-${n}`
  if (n > batchesBefore) isArmed = true
  say(`try ${id}`)
  await writeBatch(driver, id)
  watch({ moment: 'after', operation: 'acknowledge', path: dbPath })
  say(`ack ${id}`)
  if (step.closes === true && n === batchesBefore) break
}
isArmed = true
watch({ moment: 'before', operation: 'release', path: dbPath })
await driver.close()
claimed.lock.release()
say('released')
