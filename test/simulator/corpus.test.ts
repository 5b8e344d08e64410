import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDialogues } from '../../src/simulator/generate/corpus'
import { createWorld } from '../../src/simulator/world'
import { ask, startTestSimulator, testNow } from '../helpers/simulator'

const corpusPath = join(process.cwd(), '..', 'shared', 'corpus', 'dialogues.ndjson.gz')

// Small stand-ins for a corpus, written for this test.
const dialogues = [
  {
    id: 'a',
    services: ['Ferries_1'],
    turns: [
      ['user', 'A ferry at 0930, please.'],
      ['agent', 'Cabin 4711?'],
      ['user', 'Yes, 4711.'],
    ],
  },
  {
    id: 'b',
    services: ['Bakeries_2'],
    turns: [
      ['user', 'Is <rye> in stock?'],
      ['agent', 'It is.'],
    ],
  },
  {
    id: 'c',
    services: ['Parks_1'],
    turns: [
      ['user', 'When do you open?'],
      ['agent', 'At 8.'],
      ['user', 'Thanks.'],
      ['agent', 'Bye.'],
    ],
  },
]

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpus-'))
  path = join(folder, 'dialogues.ndjson.gz')
  await writeFile(path, gzipSync(dialogues.map((dialogue) => JSON.stringify(dialogue)).join('\n')))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a world of written dialogues', () => {
  it('gives each conversation one dialogue: its first turn opens, the others are parts', async () => {
    const simulator = await startTestSimulator({ size: 60, corpusPath: path })
    const { world } = simulator
    // 7919 modulo 3 is 2: conversation 1 gets the last dialogue, conversation 2 the middle one.
    const texts = world.ids().map((id) => world.messages(id).map(({ text }) => text))
    expect(texts[1]).toEqual(['When do you open?', 'At 8.', 'Thanks.', 'Bye.'])
    expect(texts[2]).toEqual(['Is <rye> in stock?', 'It is.'])
    const { json } = await ask(simulator, `/conversations/${world.ids()[2]}`)
    expect(json).toMatchObject({
      source: {
        body: '<p>Is &lt;rye&gt; in stock?</p>',
        author: { type: expect.stringMatching(/user|lead/) },
      },
      conversation_parts: {
        total_count: 1,
        conversation_parts: [{ body: '<p>It is.</p>', author: { type: 'admin' } }],
      },
    })
  })

  it('changes numbers of three digits and more, the same way throughout a conversation', async () => {
    const world = createWorld({ size: 60, now: testNow, dialogues: await loadDialogues(path) })
    const [first = [], second = []] = [0, 3].map((index) => world.messages(world.ids()[index] ?? ''))
    const cabin = /Cabin (\d{4})\?/.exec(first[1]?.text ?? '')?.[1]
    expect(cabin).not.toBe('4711')
    expect(first[2]?.text).toBe(`Yes, ${cabin}.`)
    expect(second[1]?.text).toMatch(/^Cabin \d{4}\?$/)
    expect(second[1]?.text).not.toBe(first[1]?.text)
  })

  it('can be worked in like any other', async () => {
    const { world, change } = await startTestSimulator({ size: 60, corpusPath: path })
    const id = world.ids()[1] ?? ''
    change.reply(id)
    change.reply(id, { by: 2, text: 'Here you are.' })
    expect(world.messages(id)).toHaveLength(6)
    expect(world.messages(id)[4]?.text).not.toBe('')
  })
})

if (!existsSync(corpusPath))
  process.stderr.write(`Not tried with the large corpus: ${corpusPath} is absent.\n`)

describe.skipIf(!existsSync(corpusPath))('the large corpus', () => {
  it('serves 40,000 conversations with 735,202 messages', async () => {
    const loaded = await loadDialogues(corpusPath)
    const world = createWorld({ size: 40_000, now: testNow, dialogues: loaded })
    let messages = 0
    for (let index = 0; index < 40_000; index++) messages += 1 + world.story(index).events.length
    expect([loaded.length, world.count(), messages]).toEqual([12_174, 40_000, 735_202])
  })
})
