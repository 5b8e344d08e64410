import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { temporaryFolder } from '../../helpers/sqljs'
import type { Ledger } from './batch-store'
import { bundleChild } from './child-bundle'
import { inherit } from './heirs'
import { killWhenThere } from './killed-child'
import { letTailsStand, letTailsStandUnseen } from './lying-files'
import { namedSteps } from './named-steps'
import { createTemplate, isKept, prepareStore } from './prepared-store'

const folder = mkdtempSync(join(tmpdir(), 'fast-intercom-'))
const templatePath = join(folder, 'template', 'data.db')
let program: string
let template: { dbPath: string; ledger: Ledger }

beforeAll(async () => {
  program = await bundleChild('step-child', folder)
  template = { dbPath: templatePath, ledger: await createTemplate(templatePath) }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Kills a process at the step, on files of its own. */
async function killAt(stepName: string) {
  const step = namedSteps[stepName]
  if (step === undefined) throw new Error(`No such step: ${stepName}`)
  const dbPath = join(temporaryFolder(), 'data', 'data.db')
  const { ledger, damaged } = await prepareStore(step.preparation, template, dbPath)
  const child = await killWhenThere(program, [dbPath, stepName], ledger)
  return { dbPath, ledger, damaged, child, step }
}

describe('kill -9', () => {
  it.each(Object.keys(namedSteps))(
    '%s: keeps what was acknowledged, once, and the next owner goes on',
    async (stepName) => {
      const { dbPath, ledger, damaged, child, step } = await killAt(stepName)
      expect(child).toMatchObject({ cameThere: true, end: 'SIGKILL' })
      if (step.goesOn !== true) expect(child.opened).toBe(step.opening !== true)

      expect(await inherit(dbPath, ledger)).toEqual([])
      if (damaged !== null) expect(isKept(dbPath, damaged)).toBe(true)
    },
  )
})

describe('the same look, at an heir that does not cut a torn tail', () => {
  const torn = 'commit: half of the record appended'

  it('finds what was lost when the file is taken for cut', async () => {
    const { dbPath, ledger } = await killAt(torn)
    const found = await inherit(dbPath, ledger, letTailsStandUnseen(createFileLayer()))
    expect(found).toEqual(['lost: heir-3-1', 'lost: heir-3-2', 'lost: heir-3-3'])
  })

  it('finds that nothing can be written any more when the growth check stands in for the cut', async () => {
    const { dbPath, ledger } = await killAt(torn)
    const found = await inherit(dbPath, ledger, letTailsStand(createFileLayer()))
    expect(found).toEqual([
      'cannot be written: heir-3-1',
      'cannot be written: heir-3-2',
      'cannot be written: heir-3-3',
    ])
  })
})
