import type { JsonObject } from '../../domain/conversation'
import { type ContactSort, parseContactQuery, parseContactSort } from '../search/contact-search'
import { describePages, type Paging, parsePaging } from '../search/cursor'
import type { Filter } from '../search/filter'
import { isObject } from '../search/filter'
import { ApiError, badRequest, notFound } from './api-error'
import type { ApiAnswer, ApiRequest } from './api-request'
import { isAtLeast } from './versions'

const defaultPerPage = 50

/** POST /contacts/search. */
export function searchContactsRoute(request: ApiRequest): ApiAnswer {
  const { body, version } = request
  if (!isObject(body) || body.query === undefined) throw badRequest('query is missing', 'parameter_missing')
  const filter = parseContactQuery(body.query)
  const sort = parseContactSort(body.sort, isAtLeast(version, 16))
  return pageOf(request, filter, sort, parsePaging(body.pagination, defaultPerPage))
}

/** GET /contacts: everybody who is not merged, latest first. */
export function listContacts(request: ApiRequest): ApiAnswer {
  const paging = parsePaging(Object.fromEntries(request.query), defaultPerPage)
  return pageOf(request, null, { field: 'created_at', ascending: false }, paging)
}

function pageOf(
  { contactSearch, comparison, version }: ApiRequest,
  filter: Filter<JsonObject> | null,
  sort: ContactSort,
  paging: Paging,
): ApiAnswer {
  const wholeDays = !isAtLeast(version, 17)
  const hits = contactSearch.run({ filter, sort, paging, comparison, wholeDays })
  return {
    body: {
      type: 'list',
      data: hits.contacts,
      total_count: hits.total,
      pages: describePages(paging, hits.total, hits.next),
    },
    rows: hits.contacts.length,
  }
}

/** GET /contacts/{id}: 410 with a link to the contact that a merged one became. */
export function getContact({ world, id }: ApiRequest): ApiAnswer {
  const contact = world.contact(id)
  if (contact !== null) return { body: contact, rows: 1 }
  const { people } = world.stage
  const person = people.numberOf(id)
  if (person === null) throw notFound()
  const canonical = people.idOf(world.contacts.canonical(person))
  const message = "This contact has been merged. See the 'Link' header for the canonical contact."
  throw new ApiError(410, 'contact_merged', message, { Link: `</contacts/${canonical}>; rel="canonical"` })
}
