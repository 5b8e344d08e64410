import { describe, expect, it } from 'vitest'
import { isVerified, showVerification } from '../../../src/cli/doctor/verification'
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
      '1 conversation (1 newest, 0 oldest, 0 open, 0 closed, 0 long, 0 any); again with --seed 1',
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
