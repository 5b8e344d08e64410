import { describe, expect, it } from 'vitest'
import { toEngineError } from '../../../src/storage/sqljs/storage-failure'

describe('an error of SQLite', () => {
  it.each([
    'database disk image is malformed',
    'malformed database schema (conversations)',
    'file is not a database',
    'file is encrypted or is not a database',
  ])('"%s" means that the file is damaged', (message) => {
    expect(toEngineError(new Error(message), 'data.db')).toMatchObject({ kind: 'damaged' })
  })

  it.each(['malformed MATCH expression: ["a]', 'malformed JSON', 'no such column: x'])(
    '"%s" speaks of a statement, not of the file',
    (message) => {
      const error = new Error(message)
      expect(toEngineError(error, 'data.db')).toBe(error)
    },
  )
})
