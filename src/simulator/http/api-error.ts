/** A refusal in the API's own words; the server turns it into the error envelope. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** 400 for a request that does not follow the grammar. */
export function badRequest(message: string, code = 'parameter_invalid'): ApiError {
  return new ApiError(400, code, message)
}

/** 404 in the words that the API uses for any missing resource. */
export function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'Resource Not Found')
}

/** The envelope of every error. Live request ids look like this one and not like the UUIDs of the specification. */
export function errorBody(requestId: string, code: string, message: string): object {
  return { type: 'error.list', request_id: requestId, errors: [{ code, message }] }
}
