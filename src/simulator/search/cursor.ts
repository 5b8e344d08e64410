import { badRequest } from '../http/api-error'
import { isObject } from './filter'

/** Where a page ended: sort value in milliseconds, id as tie-breaker, number of the page to come. */
export interface Cursor {
  sortMs: number
  id: string | number
  page: number
}

/** Base64 of `[sort_ms, id, page]`, as the live API's cursors decode to. */
function encodeCursor({ sortMs, id, page }: Cursor): string {
  return Buffer.from(JSON.stringify([sortMs, id, page])).toString('base64')
}

/** Refuses with 400 what is no cursor of this server. */
function decodeCursor(text: string): Cursor {
  const refuse = () => badRequest('Invalid starting_after')
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } catch {
    throw refuse()
  }
  if (!Array.isArray(read) || read.length !== 3) throw refuse()
  const [sortMs, id, page] = read as unknown[]
  if (typeof sortMs !== 'number' || typeof page !== 'number') throw refuse()
  if (typeof id !== 'string' && typeof id !== 'number') throw refuse()
  return { sortMs, id, page }
}

/** Its page is the next one unless it says otherwise. */
export type NextPage = Omit<Cursor, 'page'> & Partial<Pick<Cursor, 'page'>>

export interface Paging {
  perPage: number
  cursor: Cursor | null
}

const mostPerPage = 150

/** Reads per_page and starting_after, from a body or a query string. Empty strings count as absent. */
export function parsePaging(input: unknown, defaultPerPage: number): Paging {
  const { per_page: perPage, starting_after: after } = isObject(input) ? input : {}
  const size = perPage === undefined || perPage === '' || perPage === null ? defaultPerPage : Number(perPage)
  if (!Number.isInteger(size) || size < 1 || size > mostPerPage) {
    throw badRequest(`per_page must be between 1 and ${mostPerPage}`)
  }
  return { perPage: size, cursor: typeof after === 'string' && after !== '' ? decodeCursor(after) : null }
}

/** The `pages` object of a list with cursors; `next` is left out on the last page. */
export function describePages(paging: Paging, total: number, next: NextPage | null): object {
  const page = paging.cursor?.page ?? 1
  return {
    type: 'pages',
    ...(next === null
      ? {}
      : {
          next: {
            page: page + 1,
            per_page: paging.perPage,
            starting_after: encodeCursor({ page: page + 1, ...next }),
          },
        }),
    page,
    per_page: paging.perPage,
    total_pages: Math.ceil(total / paging.perPage),
  }
}
