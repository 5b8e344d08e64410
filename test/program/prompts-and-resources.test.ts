import { expect, it } from 'vitest'
import type { SearchAnswer } from '../../src/domain/answers'
import type { ServedProgram } from '../helpers/program'
import { createSharedFolder, sync, tellApart } from '../helpers/shared-folder'

/** What a client sees beside the tools, the parts left out that differ from second to second. */
async function seeEverything({ client, call }: ServedProgram) {
  const newest = { sort: 'newest', time_field: 'updated_at', detail: 'detailed', limit: 1 }
  const [found] = (await call<SearchAnswer>('search_conversations', newest)).conversations
  const id = found?.id ?? ''
  const email = found?.customer?.email ?? ''
  const history = { type: 'ref/prompt' as const, name: 'customer_history' }
  const template = { type: 'ref/resource' as const, uri: 'intercom://conversation/{id}' }
  const complete = async (ref: typeof history | typeof template, name: string, value: string) =>
    (await client.complete({ ref, argument: { name, value } })).completion
  const { resources } = await client.listResources()
  const read = await client.readResource({ uri: `intercom://conversation/${id}` })
  const text = read.contents[0] && 'text' in read.contents[0] ? read.contents[0].text : ''
  return {
    ...{ id, email, text: text.replace(/\nData: .*$/, '') },
    prompts: (await client.listPrompts()).prompts,
    history: await client.getPrompt({ name: 'customer_history', arguments: { customer_email: email } }),
    resources,
    templates: (await client.listResourceTemplates()).resourceTemplates,
    emails: await complete(history, 'customer_email', email.slice(0, 3)),
    ids: await complete(template, 'id', id.slice(0, -1)),
  }
}

it('gives prompts, resources and completions to a client, also through another process', async () => {
  const { serveMany } = await createSharedFolder(60)
  const { owner, doors } = await tellApart(await serveMany(2))
  expect((await sync(owner)).success).toBe(true)
  const seen = await seeEverything(owner)
  expect(seen.prompts.map(({ name }) => name)).toEqual([
    ...['weekly_report', 'escalations', 'customer_history', 'before_the_call'],
  ])
  expect(JSON.stringify(seen.history)).toContain(seen.email)
  expect(seen.resources.slice(0, 2).map(({ uri }) => uri)).toEqual([
    ...['intercom://status', `intercom://conversation/${seen.id}`],
  ])
  expect(seen.resources).toHaveLength(11)
  expect(seen.text).toContain(`Conversation ${seen.id} · `)
  expect(seen.emails.values).toContain(seen.email)
  expect(seen.ids.values).toContain(seen.id)
  const [door] = doors
  if (door === undefined) throw new Error('there is no door')
  expect(await seeEverything(door)).toEqual(seen)

  const unknown = 'intercom://conversation/404404404404'
  for (const { client } of [owner, door]) {
    await expect(client.readResource({ uri: unknown })).rejects.toMatchObject({
      ...{ code: -32002, data: { uri: unknown } },
    })
  }
})
