import type { CallOptions, Service } from './service'

/** Every call that may come over the socket. The record makes the compiler demand a new method here. */
const methods: Record<keyof Service, true> = {
  searchConversations: true,
  analyzeConversations: true,
  getConversation: true,
  suggest: true,
  syncConversations: true,
  forceSync: true,
  getSyncStatus: true,
  checkCoverage: true,
  getDataInfo: true,
  getServerStatus: true,
  writeSnapshot: true,
  checkIntegrity: true,
  verifySample: true,
}

const serviceMethods = Object.keys(methods) as (keyof Service)[]

export function isServiceMethod(name: unknown): name is keyof Service {
  return typeof name === 'string' && Object.hasOwn(methods, name)
}

type CallLike = CallOptions | undefined

/** A service whose every method goes through `forward`. */
export function createForwardingService(
  forward: (method: keyof Service, request: unknown, call: CallLike) => Promise<unknown>,
): Service {
  const entries = serviceMethods.map((method) => [
    method,
    (request: unknown, call: CallLike) => forward(method, request, call),
  ])
  return Object.fromEntries(entries) as Service
}

/** Calls a method by its name with a request of which only the sender knows the type. */
export function callService(
  service: Service,
  method: keyof Service,
  request: unknown,
  call: CallLike,
): Promise<unknown> {
  const run = service[method] as (request: unknown, call: CallLike) => Promise<unknown>
  return run.call(service, request, call)
}

/** The same service with options that stand for every call, unless the call says otherwise. */
export function withCallOptions(service: Service, standing: CallOptions): Service {
  return createForwardingService((method, request, call) =>
    callService(service, method, request, { ...standing, ...call }),
  )
}
