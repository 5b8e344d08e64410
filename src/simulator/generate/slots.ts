import type { PersonRecord } from './people'
import { createRandom, mixSeeds, type Random } from './random'

/** Fills the {slots} of a sentence; one conversation keeps its order number, address and amounts throughout. */
export type FillSlots = (sentence: string, agentName: string) => string

const plans = ['Starter', 'Team', 'Business', 'Enterprise']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
]
const devices = [
  'label printer',
  'card reader',
  'barcode scanner',
  'kitchen scale',
  'receipt printer',
  'hand terminal',
]
const integrations = ['Shopify', 'HubSpot', 'Slack', 'Xero', 'Salesforce', 'WooCommerce', 'Zapier', 'Jira']
const phones = ['Pixel 8', 'iPhone 15', 'Galaxy S23', 'iPhone 12 mini', 'Fairphone 5']
const cities = [
  'Bristol',
  'Leipzig',
  'Nantes',
  'Valencia',
  'Galway',
  'Rotterdam',
  'Malmö',
  'Trieste',
  'Portland',
]
const files = ['customers', 'orders_export', 'contacts_final', 'stock', 'price_list']
const errors = ['ERR_TIMEOUT', 'ERR_4031', 'E_INVALID_STATE', 'TOKEN_EXPIRED', 'ERR_DUPLICATE_KEY', 'E1207']
const statuses = ['500', '502', '503', '504', '429', '403']
const pages = [
  'status',
  'help/billing',
  'returns',
  'settings/team',
  'roadmap',
  'docs/api/orders',
  'help/import',
]

interface SlotContext {
  person: PersonRecord
  company: string | null
  brand: string
  domain: string
  /** Seed of the conversation. */
  seed: number
}

/** Values are drawn once, when a slot is first asked for, each from a stream of its own. */
export function createSlots(context: SlotContext): FillSlots {
  const values = new Map<string, string>()
  const valueFor = (slot: string): string => {
    let value = values.get(slot)
    if (value === undefined) {
      value = drawSlot(slot, createRandom(mixSeeds(context.seed, 41, slotNumber(slot))), context)
      values.set(slot, value)
    }
    return value
  }
  return (sentence, agentName) =>
    sentence.replace(/\{([a-zA-Z]+)\}/g, (_, slot: string) => (slot === 'agent' ? agentName : valueFor(slot)))
}

function slotNumber(slot: string): number {
  return slot.charCodeAt(0) * 1009 + slot.charCodeAt(slot.length - 1) * 31 + slot.length
}

function drawSlot(slot: string, random: Random, context: SlotContext): string {
  const draw = slotValues[slot]
  return draw === undefined ? `{${slot}}` : draw(random, context)
}

const slotValues: Record<string, (random: Random, context: SlotContext) => string> = {
  order: (random) => `#${random.between(10_000, 99_999)}`,
  invoice: (random) => `INV-${random.between(2024, 2025)}-${random.between(1000, 9999)}`,
  amount: (random) =>
    `${random.pick(['€', '$', '£'])}${random.between(9, 950)}.${random.pick(['00', '50', '90'])}`,
  plan: (random) => random.pick(plans),
  month: (random) => random.pick(months),
  date: (random) => `${random.between(1, 28)} ${random.pick(months)}`,
  digits: (random) => String(random.between(1000, 9999)),
  count: (random) => String(random.between(3, 60)),
  device: (random) => random.pick(devices),
  tracking: (random) => `1Z${random.between(100_000, 999_999)}${random.between(1000, 9999)}`,
  city: (random) => random.pick(cities),
  error: (random) => random.pick(errors),
  http: (random) => random.pick(statuses),
  hex: (random) => random.between(0x1000000, 0xfffffff).toString(16),
  version: (random) => `${random.between(2, 7)}.${random.int(20)}.${random.int(10)}`,
  file: (random) => `${random.pick(files)}_${random.between(2023, 2025)}.csv`,
  integration: (random) => random.pick(integrations),
  phone: (random) => random.pick(phones),
  browser: (random) => random.pick(['Chrome', 'Firefox', 'Safari', 'Edge']),
  vat: (random) => `${random.pick(['DE', 'FR', 'IE', 'ES'])}${random.between(100_000_000, 999_999_999)}`,
  ticket: (random) => `ENG-${random.between(200, 4999)}`,
  phoneNumber: (random, { person }) =>
    person.phone ?? `+44 20 ${random.between(1000, 9999)} ${random.between(1000, 9999)}`,
  image: (random, { domain }) => `https://uploads.${domain}/i/${random.between(100_000, 999_999)}.png`,
  url: (random, { domain }) => `https://www.${domain}/${random.pick(pages)}?ref=${random.between(10, 99)}`,
  brand: (_, { brand }) => brand,
  email: (_, { person }) => person.email,
  name: (_, { person }) => person.name,
  first: (_, { person }) => person.firstName,
  company: (_, { person, company }) => company ?? person.city,
}
