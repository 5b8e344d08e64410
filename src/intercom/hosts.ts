/** Base address of the API in each region. Apart from the client, so that a process that only forwards loads none. */
export const intercomHosts = {
  us: 'https://api.intercom.io',
  eu: 'https://api.eu.intercom.io',
  au: 'https://api.au.intercom.io',
} as const

export type IntercomRegion = keyof typeof intercomHosts
