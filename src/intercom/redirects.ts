import type { KyInstance } from 'ky'

interface Sent {
  query?: () => Record<string, string>
  /** Makes it a POST. */
  body?: () => unknown
}

const mostRedirects = 3

/** Sends, and follows redirects inside our own origin: fetch would follow them anywhere. */
export async function sendWithin(
  http: KyInstance,
  url: string,
  { query, body }: Sent,
  signal: AbortSignal,
  onHead: (headers: Headers) => void,
): Promise<Response> {
  const target = new URL(url)
  for (const [name, value] of Object.entries(query?.() ?? {})) target.searchParams.set(name, value)
  let current = target
  for (let redirects = 0; ; redirects += 1) {
    const response = await (body
      ? http.post(current, { json: body(), signal })
      : http.get(current, { signal }))
    onHead(response.headers)
    const next = findRedirect(response, current)
    if (next === null || next.origin !== target.origin || redirects >= mostRedirects) return response
    await response.body?.cancel()
    current = next
  }
}

function findRedirect(response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  if (response.status < 300 || response.status >= 400 || location === null) return null
  return URL.canParse(location, from.href) ? new URL(location, from.href) : null
}
