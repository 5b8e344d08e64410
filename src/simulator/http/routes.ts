import { toAdminList, toMe, toTagList, toTeamList } from '../wire/directory'
import { notFound } from './api-error'
import type { ApiAnswer, ApiRequest } from './api-request'
import { getContact, listContacts, searchContactsRoute } from './contact-routes'
import {
  getConversation,
  listConversations,
  listDeletedConversations,
  searchConversations,
} from './conversation-routes'

export interface Route {
  name: string
  method: string
  path: RegExp
  answer(request: ApiRequest): ApiAnswer
}

const one = (list: string, key: string): Route['answer'] => {
  return ({ world, id }) => {
    const lists: Record<string, object> = {
      admins: toAdminList(world.stage.staff),
      teams: toTeamList(world.stage.staff),
      tags: toTagList(world.stage.staff),
    }
    const items = (lists[list] as Record<string, { id: string }[]>)[key] ?? []
    const item = items.find((candidate) => candidate.id === id)
    if (item === undefined) throw notFound()
    return { body: item }
  }
}

/** Every endpoint the simulator serves; the first that fits counts. */
export const routes: readonly Route[] = [
  {
    name: 'me',
    method: 'GET',
    path: /^\/me$/,
    answer: ({ world }) => ({ body: toMe(world.stage.staff, world.workspace) }),
  },
  {
    name: 'conversations.search',
    method: 'POST',
    path: /^\/conversations\/search$/,
    answer: searchConversations,
  },
  { name: 'conversations.list', method: 'GET', path: /^\/conversations$/, answer: listConversations },
  {
    name: 'conversations.deleted',
    method: 'GET',
    path: /^\/conversations\/deleted$/,
    answer: listDeletedConversations,
  },
  { name: 'conversations.get', method: 'GET', path: /^\/conversations\/([^/]+)$/, answer: getConversation },
  { name: 'contacts.search', method: 'POST', path: /^\/contacts\/search$/, answer: searchContactsRoute },
  { name: 'contacts.list', method: 'GET', path: /^\/contacts$/, answer: listContacts },
  { name: 'contacts.get', method: 'GET', path: /^\/contacts\/([^/]+)$/, answer: getContact },
  {
    name: 'admins.list',
    method: 'GET',
    path: /^\/admins$/,
    answer: ({ world }) => ({ body: toAdminList(world.stage.staff) }),
  },
  { name: 'admins.get', method: 'GET', path: /^\/admins\/([^/]+)$/, answer: one('admins', 'admins') },
  {
    name: 'teams.list',
    method: 'GET',
    path: /^\/teams$/,
    answer: ({ world }) => ({ body: toTeamList(world.stage.staff) }),
  },
  { name: 'teams.get', method: 'GET', path: /^\/teams\/([^/]+)$/, answer: one('teams', 'teams') },
  {
    name: 'tags.list',
    method: 'GET',
    path: /^\/tags$/,
    answer: ({ world }) => ({ body: toTagList(world.stage.staff) }),
  },
  // The workspace has no tickets; what counts is whether the token may ask.
  {
    name: 'tickets.search',
    method: 'POST',
    path: /^\/tickets\/search$/,
    answer: () => ({
      body: {
        type: 'ticket.list',
        pages: { type: 'pages', page: 1, per_page: 1, total_pages: 0 },
        total_count: 0,
        tickets: [],
      },
    }),
  },
  { name: 'tags.get', method: 'GET', path: /^\/tags\/([^/]+)$/, answer: one('tags', 'data') },
]
