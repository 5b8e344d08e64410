import { adminNames, brandEndings, brandStems } from '../content/names'
import { teamNames, topics } from '../content/topics'
import { createRandom, mixSeeds, type Random } from './random'

export interface AdminRecord {
  id: string
  name: string
  email: string
  jobTitle: string
  teams: number[]
  /** Left the company: still an author in old threads, gone from the list of admins. */
  deleted: boolean
}

interface TeamRecord {
  id: string
  name: string
  admins: number[]
}

interface TagRecord {
  id: string
  name: string
}

/** The invented company: its name, its people and its labels. */
export interface Staff {
  brand: string
  domain: string
  admins: AdminRecord[]
  teams: TeamRecord[]
  tags: TagRecord[]
  /** Admin who left, by number, and since when nobody is assigned to them any more. */
  leaver: { admin: number; leftAt: number }
  botId: string
}

const jobTitles = ['Support Specialist', 'Support Engineer', 'Team Lead', 'Customer Success Manager']

/** Tags that do not come from a topic. */
export const generalTags = [
  'vip',
  'bug',
  'churn-risk',
  'follow-up',
  'duplicate',
  'escalated',
  'praise',
] as const

/** At least twelve admins in seven teams, one of whom has left in the middle of the span. */
export function createStaff(seed: number, span: { now: number; days: number }): Staff {
  const random = createRandom(mixSeeds(seed, 21))
  const brand = random.pick(brandStems) + random.pick(brandEndings)
  const domain = `${brand.toLowerCase()}.example`
  const base = 991_200_000 + random.int(60_000)
  const names = shuffle(random, adminNames).slice(0, 12 + random.int(5))
  const admins: AdminRecord[] = names.map((name, number) => ({
    id: String(base + number * 3),
    name,
    email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@${domain}`,
    jobTitle: number === 0 ? 'Head of Support' : random.pick(jobTitles),
    teams: [number % teamNames.length, ...(random.chance(0.3) ? [(number + 3) % teamNames.length] : [])],
    deleted: number === names.length - 1,
  }))
  const teamBase = 5_010_000 + random.int(9_000)
  const teams = teamNames.map((name, number) => ({
    id: String(teamBase + number * 17),
    name,
    admins: admins.flatMap((admin, index) => (admin.teams.includes(number) && !admin.deleted ? [index] : [])),
  }))
  const tagBase = 8_200_000 + random.int(90_000)
  const tagNames = [...topics.map((topic) => topic.tag), ...generalTags]
  const leftAt = span.now - Math.floor(span.days * 86_400 * (0.35 + random.next() * 0.3))
  return {
    brand,
    domain,
    admins,
    teams,
    tags: tagNames.map((name, number) => ({ id: String(tagBase + number * 5), name })),
    leaver: { admin: admins.length - 1, leftAt },
    botId: String(base - 1),
  }
}

/** Number of a tag that every world has. */
export function tagNumber(staff: Staff, name: (typeof generalTags)[number]): number {
  return staff.tags.findIndex((tag) => tag.name === name)
}

/** A teammate of that team who works there at that time. */
export function pickTeammate(staff: Staff, random: Random, team: number, at: number): number {
  const { admin, leftAt } = staff.leaver
  if (at < leftAt && random.chance(0.12)) return admin
  const members = (staff.teams[team] as TeamRecord).admins
  return members.length > 0 ? random.pick(members) : random.int(staff.admins.length - 1)
}

function shuffle(random: Random, items: readonly string[]): string[] {
  const copy = [...items]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const held = copy[i] as string
    copy[i] = copy[j] as string
    copy[j] = held
  }
  return copy
}
