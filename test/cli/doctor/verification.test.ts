import { describe, expect, it } from 'vitest'
import { isOfNothing, isVerified, showVerification } from '../../../src/cli/doctor/verification'
import { createOutput } from '../../../src/cli/output'
import type { VerifyAnswer } from '../../../src/domain/verification'
import { createSampleService } from '../../mcp/sample-service'
import { captureStream } from '../capture-stream'

describe('a comparison', () => {
  const answer = async (fields: Partial<VerifyAnswer>) => ({
    ...(await createSampleService().verifySample({ sample: 1, seed: '1' })),
    ...fields,
  })
  const frame = {
    from: '2026-02-01T00:00:00.000Z',
    to: '2026-03-01T00:00:00.000Z',
    stored: 7,
    at_intercom: 8,
  }

  it.each<[string, Partial<VerifyAnswer>, boolean]>([
    ['without differences is well', {}, true],
    ['with newer ones at Intercom is well', { newer_at_intercom: ['1'], compared: 0 }, true],
    ['with a difference is not', { differences_total: 1 }, false],
    [
      'with a missing conversation is not',
      { intervals: [{ ...frame, verdict: 'missing', missing_ids: ['9'] }] },
      false,
    ],
    [
      'with more than Intercom shows is well',
      { intervals: [{ ...frame, verdict: 'surplus', missing_ids: [] }] },
      true,
    ],
    ['of which Intercom shows nothing is not', { refused: ['1'], compared: 0 }, false],
  ])('%s', async (_name, fields, isWell) => {
    expect(isVerified(await answer(fields))).toBe(isWell)
  })

  it('is marked neither well nor wrong when there was not one to compare', async () => {
    const { stream, written } = captureStream()
    showVerification(await answer({ compared: 0, newer_at_intercom: ['7'] }), createOutput(stream, stream))
    expect(written()).toContain('! 0 conversations and ')
    expect(written()).not.toContain('✓ 0')
  })

  it('is of nothing without a conversation and without a covered time', async () => {
    expect(isOfNothing(await answer({ sampled: 0, intervals: [] }))).toBe(true)
    expect(isOfNothing(await answer({ intervals: [] }))).toBe(false)
    const empty: VerifyAnswer['intervals'] = [{ ...frame, verdict: 'equal', missing_ids: [] }]
    expect(isOfNothing(await answer({ sampled: 0, intervals: empty }))).toBe(false)
  })

  it('shows long values side by side on a terminal', async () => {
    const { stream, written } = captureStream()
    Object.assign(stream, { isTTY: true, columns: 80, hasColors: () => false })
    const difference = { conversation_id: '4711', field: 'title', stored: 'a'.repeat(120), at_intercom: 'b' }
    showVerification(
      await answer({ differences: [difference], differences_total: 1 }),
      createOutput(stream, stream),
    )
    const [headings, row] = written().split('\n').slice(-3)
    expect(row).toBe(`4711          title  ${'a'.repeat(27)}…  b`)
    expect(headings).toBe(`conversation  field  ${'stored'.padEnd(28)}  at Intercom`)
  })

  it('is shown with what differs on a line each, and nothing that could steer a terminal', async () => {
    const { stream, written } = captureStream()
    const difference = {
      conversation_id: '4711',
      field: 'title',
      stored: 'Refund\u001b[2J\nnow',
      at_intercom: null,
    }
    showVerification(
      await answer({
        ...{ differences: [difference], differences_total: 3, deleted_lately: ['12', '13'] },
        intervals: [{ ...frame, verdict: 'missing', missing_ids: ['9'] }],
      }),
      createOutput(stream, stream),
    )
    expect(written().split('\n').slice(2)).toEqual([
      '1 conversation (1 newest); the same again with --seed 1',
      '✗ 1 conversation and 4 messages compared, 3 differences; 2 requests in 0.2 s',
      '! 2 deleted at Intercom since the last sync: 12, 13',
      '✗ Created 2026-02-01 00:00 to 2026-03-01 00:00 UTC: 7 stored, 8 at Intercom: stored too few',
      '! 1 missing here: 9',
      '',
      'conversation  field  stored      at Intercom',
      '4711          title  Refund now  (none)',
      '… and 2 more',
      '',
    ])
  })
})
