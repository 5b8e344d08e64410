import type { JsonObject } from '../../domain/conversation'
import type { PersonRecord } from '../generate/people'
import type { Stage } from './stage'

/** Times of a contact that depend on what happened in the world. */
export interface ContactTimes {
  createdAt: number
  updatedAt: number
  lastRepliedAt: number | null
}

/** The contact object of GET and search. */
export function toContact(stage: Stage, person: PersonRecord, times: ContactTimes): JsonObject {
  const path = `/contacts/${person.id}`
  const companies = person.company === null ? [] : [companyReference(stage, person.company)]
  return {
    type: 'contact',
    id: person.id,
    workspace_id: stage.idCode,
    external_id: person.externalId,
    role: person.role,
    email: person.email,
    email_domain: person.email.split('@')[1] ?? '',
    phone: person.phone,
    name: person.name,
    avatar: null,
    owner_id: null,
    social_profiles: { type: 'list', data: [] },
    has_hard_bounced: false,
    marked_email_as_spam: false,
    unsubscribed_from_emails: false,
    created_at: times.createdAt,
    updated_at: times.updatedAt,
    signed_up_at: person.role === 'user' ? times.createdAt : null,
    last_seen_at: times.lastRepliedAt,
    last_replied_at: times.lastRepliedAt,
    last_contacted_at: null,
    last_email_opened_at: null,
    last_email_clicked_at: null,
    language_override: null,
    browser: person.browser.toLowerCase(),
    browser_version: null,
    browser_language: person.language,
    os: person.os,
    location: { type: 'location', country: person.country, region: null, city: person.city },
    ...unusedFields,
    custom_attributes: { plan_seats: (person.name.length * 7) % 60 },
    tags: pagedList([], `${path}/tags`),
    notes: pagedList([], `${path}/notes`),
    companies: pagedList(companies, `${path}/companies`),
    opted_out_subscription_types: pagedList([], `${path}/subscriptions`),
    opted_in_subscription_types: pagedList([], `${path}/subscriptions`),
  }
}

const unusedFields: JsonObject = {
  android_app_name: null,
  android_app_version: null,
  android_device: null,
  android_os_version: null,
  android_sdk_version: null,
  android_last_seen_at: null,
  ios_app_name: null,
  ios_app_version: null,
  ios_device: null,
  ios_os_version: null,
  ios_sdk_version: null,
  ios_last_seen_at: null,
}

/** The company object that a conversation carries. */
export function companyOf(stage: Stage, number: number): JsonObject {
  const company = stage.people.company(number)
  return {
    type: 'company',
    id: company.id,
    company_id: company.externalId,
    app_id: stage.idCode,
    name: company.name,
    plan: { type: 'plan', id: company.plan.toLowerCase(), name: company.plan },
    size: company.size,
    industry: company.industry,
    website: `https://${company.domain}`,
    monthly_spend: company.monthlySpend,
    session_count: company.size * 3,
    user_count: Math.max(1, company.size >> 4),
    custom_attributes: {},
  }
}

function companyReference(stage: Stage, number: number): JsonObject {
  const { id } = stage.people.company(number)
  return { type: 'company', id, url: `/companies/${id}` }
}

function pagedList(data: JsonObject[], url: string): JsonObject {
  return { type: 'list', data, url, total_count: data.length, has_more: false }
}
