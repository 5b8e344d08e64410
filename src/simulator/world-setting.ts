import { type ContactBook, createContactBook } from './contact-book'
import { topics } from './content/topics'
import { createCalendar } from './generate/calendar'
import { createCorpusStoryteller, createCorpusWriter, type Dialogue } from './generate/corpus'
import { createPeople } from './generate/people'
import { createRandom, hashText, mixSeeds } from './generate/random'
import { createStaff } from './generate/staff'
import { createStoryteller, type Storyteller } from './generate/storyteller'
import { createWriter } from './generate/writer'
import { createZone } from './generate/zone'
import type { WorkspaceRecord } from './wire/directory'
import type { Stage } from './wire/stage'

export interface WorldOptions {
  /** Any text or number; another seed gives another company with other customers. */
  seed?: string | number
  /** Number of conversations. */
  size?: number
  /** The conversations begin in the last so many days before `now`. */
  days?: number
  /** Epoch seconds at which the world stands. */
  now: number
  timezone?: string
  region?: string
  /** Serve these dialogues instead of invented ones. */
  dialogues?: readonly Dialogue[]
  /** Give one conversation (`world.longThreadId`) a thread of about this many parts. */
  longThreadParts?: number
}

export interface DeletedConversation {
  id: string
  deletedAt: number
  metricsRetained: boolean
}

const daySeconds = 86_400

export interface WorldSetting {
  stage: Stage
  tell: Storyteller
  size: number
  /** Conversations have every second id from here on; those between belong to deleted ones. */
  firstId: number
  contacts: ContactBook
  workspace: WorkspaceRecord
  longIndex: number | null
  deleted: DeletedConversation[]
}

/** Sets the scene: company, customers, calendar, and who tells the stories. */
export function createWorldSetting(options: WorldOptions): WorldSetting {
  const { size = 120, days = 60, now, dialogues, longThreadParts } = options
  const seed = hashText(String(options.seed ?? 'simulator'))
  const zone = createZone(options.timezone ?? 'Europe/Dublin')
  const staff = createStaff(seed, { now, days })
  const people = createPeople(seed, size)
  const calendar = createCalendar(seed, { now, days }, zone, topics)
  const contacts = createContactBook(people, now - days * daySeconds)
  const long = longThreadParts === undefined ? undefined : { index: size >> 1, parts: longThreadParts }
  const firstId = 215_470_000_000 + (seed % 90_000) * 1000
  const workspace: WorkspaceRecord = {
    idCode: `ws${seed.toString(36).padStart(7, '0')}`,
    name: staff.brand,
    createdAt: now - (days + 200 + (seed % 700)) * daySeconds,
    timezone: zone.name,
    region: options.region ?? 'US',
  }
  const generated = createWriter(seed, staff, people)
  const setting = { seed, size, calendar, people, staff, zone }
  const invented = dialogues === undefined
  return {
    stage: {
      seed,
      idCode: workspace.idCode,
      zone,
      staff,
      people,
      writer: invented ? generated : createCorpusWriter(seed, dialogues, generated),
      idOf: (number) => String(firstId + number * 2),
      canonical: contacts.canonical,
    },
    tell: invented
      ? createStoryteller({ ...setting, ...(long ? { long } : {}) })
      : createCorpusStoryteller({ ...setting, dialogues }),
    size,
    firstId,
    contacts,
    workspace,
    longIndex: invented ? (long?.index ?? null) : null,
    deleted: planDeletions(seed, { size, now, days, firstId }),
  }
}

/** Conversations that were deleted before the world began: they have the odd ids that no living one has. */
function planDeletions(
  seed: number,
  { size, now, days, firstId }: { size: number; now: number; days: number; firstId: number },
): DeletedConversation[] {
  const random = createRandom(mixSeeds(seed, 81))
  return Array.from({ length: Math.max(2, Math.round(size / 100)) }, () => ({
    id: String(firstId + random.int(size) * 2 + 1),
    deletedAt: now - 1 - random.int(days * daySeconds),
    metricsRetained: random.chance(0.6),
  })).sort((a, b) => a.deletedAt - b.deletedAt)
}
