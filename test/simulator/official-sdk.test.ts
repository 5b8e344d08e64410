import { IntercomClient } from 'intercom-client'
import { describe, expect, it } from 'vitest'
import { startTestSimulator } from '../helpers/simulator'

async function connect(size = 120) {
  const simulator = await startTestSimulator({ size })
  const client = new IntercomClient({ token: simulator.token, environment: simulator.url, maxRetries: 0 })
  return { simulator, client }
}

async function idsOf(pages: AsyncIterable<{ id?: string }>): Promise<string[]> {
  const ids: string[] = []
  for await (const item of pages) ids.push(item.id ?? '')
  return ids
}

describe("Intercom's official SDK reads", () => {
  it('who we are', async () => {
    const { simulator, client } = await connect()
    const me = await client.admins.identify()
    expect(me?.app?.id_code).toBe(simulator.world.workspace.idCode)
  })

  it('every conversation through search', async () => {
    const { simulator, client } = await connect()
    const pages = await client.conversations.search({
      query: { operator: 'AND', value: [{ field: 'updated_at', operator: '>', value: 0 }] },
      pagination: { per_page: 50 },
    } as Parameters<typeof client.conversations.search>[0])
    expect((await idsOf(pages)).sort()).toEqual(simulator.world.ids().sort())
  })

  it('every conversation through the list', async () => {
    const { simulator, client } = await connect()
    const pages = await client.conversations.list({ per_page: 50 })
    expect((await idsOf(pages)).sort()).toEqual(simulator.world.ids().sort())
  })

  it('a thread', async () => {
    const { simulator, client } = await connect()
    const id = simulator.world.ids().at(-9) ?? ''
    const thread = await client.conversations.find({ conversation_id: id })
    const source = simulator.world.conversation(id)
    expect(thread.source?.body).toBe(source?.source.body)
    expect(thread.conversation_parts?.conversation_parts?.map((part) => part.body)).toEqual(
      source?.conversation_parts.conversation_parts.map((part) => part.body),
    )
  })

  it('contacts by list, search and id', async () => {
    const { simulator, client } = await connect()
    const listed = await idsOf(await client.contacts.list({ per_page: 20 }))
    const found = await idsOf(
      await client.contacts.search({
        query: { field: 'role', operator: 'IN', value: ['user', 'lead'] },
        pagination: { per_page: 20 },
      } as Parameters<typeof client.contacts.search>[0]),
    )
    expect(found.sort()).toEqual(listed.sort())
    const one = await client.contacts.find({ contact_id: listed[0] ?? '' })
    expect(one).toMatchObject({ id: listed[0], email: simulator.world.contact(listed[0] ?? '')?.email })
  })

  it('admins, teams and tags, all and one by one', async () => {
    const { simulator, client } = await connect()
    const { admins, teams, tags } = simulator.world.stage.staff
    expect((await client.admins.list()).admins).toHaveLength(admins.length - 1)
    expect((await client.teams.list()).teams).toHaveLength(teams.length)
    expect((await client.tags.list()).data).toHaveLength(tags.length)
    const admin = await client.admins.find({ admin_id: Number(admins[1]?.id) })
    expect(admin?.name).toBe(admins[1]?.name)
    expect((await client.teams.find({ team_id: teams[1]?.id ?? '' })).name).toBe(teams[1]?.name)
    expect((await client.tags.find({ tag_id: tags[1]?.id ?? '' })).name).toBe(tags[1]?.name)
  })

  it('errors by their kind', async () => {
    const { simulator, client } = await connect()
    await expect(client.conversations.find({ conversation_id: '1' })).rejects.toMatchObject({
      statusCode: 404,
    })
    const stranger = new IntercomClient({ token: 'wrong', environment: simulator.url, maxRetries: 0 })
    await expect(stranger.admins.list()).rejects.toMatchObject({ statusCode: 401 })
  })
})
