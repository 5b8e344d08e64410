import { companyEndings, companyStems, type Language, languages, namesOf, places } from '../content/names'
import { createRandom, mixSeeds, pickWeighted, type Random } from './random'

interface CompanyRecord {
  id: string
  name: string
  externalId: string
  plan: string
  size: number
  monthlySpend: number
  industry: string
  domain: string
}

export interface PersonRecord {
  id: string
  externalId: string
  role: 'user' | 'lead'
  name: string
  firstName: string
  email: string
  phone: string | null
  language: Language
  company: number | null
  city: string
  country: string
  /** Seconds between creation of the contact and the first conversation. */
  knownFor: number
  browser: string
  os: string
}

/** Customers by number. Nothing is stored: a record is worked out from the seed each time it is asked for. */
export interface People {
  count: number
  pick(random: Random): number
  language(person: number): Language
  record(person: number): PersonRecord
  company(company: number): CompanyRecord
  idOf(person: number): string
  /** null for an id that is not of this world. */
  numberOf(id: string): number | null
  /** The contact that this one was merged into before the world began, or itself. */
  canonical(person: number): number
}

const languageShares = [0.68, 0.1, 0.08, 0.07, 0.045, 0.01, 0.01, 0.005]
const industries = [
  'Retail',
  'Logistics',
  'Education',
  'Healthcare',
  'Hospitality',
  'Software',
  'Manufacturing',
]
const plans = ['Starter', 'Team', 'Business', 'Enterprise']
const browsers = ['Chrome', 'Firefox', 'Safari', 'Edge']
const systems = ['Windows', 'Mac OS X', 'Android', 'iOS', 'Linux']

/** One contact for every two conversations or so: many write once, some write often. */
export function createPeople(seed: number, conversations: number): People {
  const count = Math.max(20, Math.round(conversations * (0.4 + (mixSeeds(seed, 31) % 15) / 100)))
  const companies = Math.max(8, Math.round(count / 6))
  const prefix = mixSeeds(seed, 32).toString(16).padStart(8, '0')
  const middle = mixSeeds(seed, 33).toString(16).padStart(8, '0')
  const idOf = (person: number) => prefix + middle + person.toString(16).padStart(8, '0')
  // Every fiftieth contact was merged into a neighbour; neighbours never are among them.
  const canonical = (person: number) => (person % 50 === 49 ? person - 7 : person)
  const language = (person: number) =>
    languages[pickWeighted(languageShares, mixSeeds(seed, 34, person) / 4294967296)] ?? 'en'

  return {
    count,
    pick: (random) => Math.floor(count * random.next() ** 1.4),
    language,
    record: (person) => describe(seed, person, idOf(person), language(person), companies),
    company: (company) => describeCompany(seed, company),
    idOf,
    numberOf: (id) => {
      if (id.length !== 24 || !id.startsWith(prefix + middle)) return null
      const person = Number.parseInt(id.slice(16), 16)
      return person < count && idOf(person) === id ? person : null
    },
    canonical,
  }
}

function describe(
  seed: number,
  person: number,
  id: string,
  language: Language,
  companies: number,
): PersonRecord {
  const random = createRandom(mixSeeds(seed, 35, person))
  const { name, firstName, address } = namesOf(language, random)
  const company = random.chance(0.55) ? random.int(companies) : null
  const place = random.pick(places[language])
  const host = company === null ? random.pick(['mail.example', 'post.example', 'inbox.example']) : null
  const role = random.chance(0.86) ? 'user' : 'lead'
  return {
    id,
    externalId: role === 'user' ? String(70_000 + person) : `lead-${id.slice(0, 8)}-${person}`,
    role,
    name,
    firstName,
    email: `${address}${person % 97}@${host ?? describeCompany(seed, company ?? 0).domain}`,
    phone: random.chance(0.4)
      ? `+${random.between(30, 49)}${random.between(100_000_000, 999_999_999)}`
      : null,
    language,
    company,
    city: place.city,
    country: place.country,
    knownFor: random.int(220 * 86_400),
    browser: random.pick(browsers),
    os: random.pick(systems),
  }
}

function describeCompany(seed: number, company: number): CompanyRecord {
  const random = createRandom(mixSeeds(seed, 36, company))
  const name = `${random.pick(companyStems)} ${random.pick(companyEndings)}`
  const size = random.between(3, 900)
  return {
    id: mixSeeds(seed, 37, company).toString(16).padStart(8, '0') + company.toString(16).padStart(16, '0'),
    name,
    externalId: `co-${company + 100}`,
    plan: random.pick(plans),
    size,
    monthlySpend: size * random.between(2, 9),
    industry: random.pick(industries),
    domain: `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example`,
  }
}
