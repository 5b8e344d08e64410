import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readFirstLine } from '../../src/cli/init/first-line'

describe('readFirstLine', () => {
  it.each([
    [['dG9rOmFiYw==\n'], 'dG9rOmFiYw=='],
    [['dG9r', 'OmFiYw==', '\r\nrest'], 'dG9rOmFiYw=='],
    [['\n  0123  '], '0123'],
    [[], ''],
  ])('reads the token out of %j', async (chunks, token) => {
    expect(await readFirstLine(Readable.from(chunks))).toBe(token)
  })
})
