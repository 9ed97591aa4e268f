export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

export interface ProviderSettings<Endpoints> {
  clientId: string
  clientSecret: string
  /** The URLs of another provider of the same kind, such as a simulator or a self-hosted installation. */
  endpoints?: Partial<Endpoints>
  /** Allows `http:` and hosts in private networks. For development only. */
  allowInsecure?: boolean
  /** The function that sends requests to the provider; the global `fetch` by default. */
  fetch?: Fetch
  /** The time limit from exchanging the code to reading the profile; 10,000 by default. */
  timeoutMs?: number
}

/** The settings of an adapter with all defaults, validated. */
export type Provider<Endpoints> = Required<ProviderSettings<Endpoints>> & { endpoints: Endpoints }

/**
 * Fills in the defaults of the settings of a provider.
 * @throws {Error} when credentials are incomplete or a URL is not allowed; the message is meant for the
 *   operator
 */
export function completeSettings<Endpoints extends object>(
  name: string,
  settings: ProviderSettings<Endpoints>,
  defaults: Endpoints,
): Provider<Endpoints> {
  const {
    clientId,
    clientSecret,
    allowInsecure = false,
    fetch: customFetch = fetch,
    timeoutMs = 10_000,
  } = settings
  if (clientId === '' || clientSecret === '')
    throw new Error(
      `The OAuth provider ${name} needs both a client id and a client secret; set both or neither.`,
    )
  const endpoints = { ...defaults, ...settings.endpoints }
  for (const [use, url] of Object.entries(endpoints))
    if (!allowInsecure && !isPublicHttps(String(url)))
      throw new Error(
        `The ${use} URL of the OAuth provider ${name} must begin with https:// and have a public host.`,
      )
  return { clientId, clientSecret, endpoints, allowInsecure, fetch: customFetch, timeoutMs }
}

/** Rejects IP addresses, names without a dot and local names. It does not resolve names. */
function isPublicHttps(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return (
    protocol === 'https:' &&
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(hostname) &&
    !/(^|\.)(localhost|local|internal|home\.arpa)$/.test(hostname)
  )
}
