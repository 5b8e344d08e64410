import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aContact, aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

const dialect = createSqliteDialect()

async function filled() {
  const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
  await createSqlStore(driver, dialect).apply({
    conversations: [
      aThread({
        assigneeId: 'admin-jonas',
        tags: [
          { id: 't1', name: 'billing' },
          { id: 't2', name: 'VIP' },
        ],
        rating: { score: 4, remark: null, requestedAt: null, ratedAt: null, teammateId: null },
      }),
    ],
    contacts: [aContact({ name: 'Mira Okafor', email: 'mira@example.com' })],
    admins: [{ id: 'admin-jonas', name: 'Jonas Weber', email: null }],
  })
  return driver
}

describe('the views for analysts', () => {
  it('show a conversation with names and readable times', async () => {
    const driver = await filled()
    const [row] = await driver.all('select * from v_conversations')
    expect(row).toMatchObject({
      id: '1001',
      created_at: '2026-03-02T09:00:00Z',
      customer_name: 'Mira Okafor',
      customer_email: 'mira@example.com',
      assignee_name: 'Jonas Weber',
      team_name: null,
      tags: 'billing, VIP',
      rating_score: 4,
      message_count: 2,
    })
  })

  it('show messages in order with their authors', async () => {
    const driver = await filled()
    const rows = await driver.all(
      'select conversation_id, position, id, part_type, created_at, author_type, author_name, text from v_messages',
    )
    expect(rows).toEqual([
      {
        conversation_id: '1001',
        position: 0,
        id: 'source_1001',
        part_type: 'source',
        created_at: '2026-03-02T09:00:00Z',
        author_type: 'user',
        author_name: 'Mira Okafor',
        text: 'Hello, I need help.',
      },
      {
        conversation_id: '1001',
        position: 1,
        id: '1001-1',
        part_type: 'comment',
        created_at: '2026-03-02T09:01:00Z',
        author_type: 'admin',
        author_name: 'Jonas Weber',
        text: 'We are looking into it.',
      },
    ])
  })

  it('show each day', async () => {
    const driver = await filled()
    expect(await driver.all('select * from v_daily')).toEqual([
      {
        day: '2026-03-02',
        conversations: 1,
        open_now: 1,
        snoozed_now: 0,
        closed_now: 0,
        messages: 2,
        rated: 1,
        mean_rating: 4,
      },
    ])
  })
})
