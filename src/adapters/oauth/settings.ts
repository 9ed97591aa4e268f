export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

export interface ProviderSettings<Endpoints> {
  clientId: string
  clientSecret: string
  /** Addresses of another provider of the same kind: a test double, a simulator, a company's own installation. */
  endpoints?: Partial<Endpoints>
  /** Permits `http:` and addresses of private networks. For development only. */
  allowInsecure?: boolean
  /** What reaches the provider; the global `fetch` by default. */
  fetch?: Fetch
  /** For one conversation from the code to the profile; 10,000 by default. */
  timeoutMs?: number
}

/** What an adapter works with: its settings, complete and checked. */
export type Provider<Endpoints> = Required<ProviderSettings<Endpoints>> & { endpoints: Endpoints }

/** @throws {Error} a sentence for the operator, when credentials are half there or an address is not acceptable */
export function completeSettings<Endpoints extends object>(
  name: string,
  settings: ProviderSettings<Endpoints>,
  defaults: Endpoints,
): Provider<Endpoints> {
  const { clientId, clientSecret, allowInsecure = false, fetch: reach = fetch, timeoutMs = 10_000 } = settings
  if (clientId === '' || clientSecret === '')
    throw new Error(
      `The OAuth provider ${name} needs both a client id and a client secret; set both or neither.`,
    )
  const endpoints = { ...defaults, ...settings.endpoints }
  for (const [use, address] of Object.entries(endpoints))
    if (!allowInsecure && !isPublicHttps(String(address)))
      throw new Error(
        `The ${use} address of the OAuth provider ${name} must be public and begin with https://.`,
      )
  return { clientId, clientSecret, endpoints, allowInsecure, fetch: reach, timeoutMs }
}

/** A literal address or a name without dots is nobody's public server; what a name resolves to is the network's matter. */
function isPublicHttps(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return (
    protocol === 'https:' &&
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(hostname) &&
    !/(^|\.)(localhost|local|internal|home\.arpa)$/.test(hostname)
  )
}
