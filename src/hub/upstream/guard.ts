import type { Api } from '../../catalog/api.ts'
import { problem } from '../../mock/problem.ts'
import { rejectHost } from '../host-guard.ts'

/** Tells which requests must not reach an upstream. */
export interface Guard {
  /** Whether a host name is that of the hub. */
  isOwnName: (hostname: string) => boolean
  /** Whether pages of an origin may call an API. */
  allowsOrigin: (api: Api, origin: string) => Promise<boolean>
  /** The name of this hub in `Via`. */
  pseudonym: string
}

/**
 * Rejects requests that must not reach an upstream: those of other websites, which could use the hub to reach
 * a server of an internal network or its credentials, and those that the upstream sends back to the hub.
 * @param url the full URL of the request
 */
export async function rejectUntrusted(
  request: Request,
  url: URL,
  { api, isOwnName, allowsOrigin, pseudonym }: Guard & { api: Api },
): Promise<Response | undefined> {
  const wrongHost = rejectHost(request.headers.get('host') ?? url.host, isOwnName)
  if (wrongHost) return wrongHost
  const origin = request.headers.get('origin')
  const isTrusted =
    origin === null
      ? !isCrossSite(request.headers)
      : origin === url.origin || (await allowsOrigin(api, origin))
  if (!isTrusted)
    return problem(
      403,
      `Pages of ${origin ?? 'other websites'} may not call the upstream of ${api.name}. If the page is yours, add its origin to CORS_ORIGINS.`,
    )
  if (request.headers.get('via')?.includes(pseudonym))
    return problem(
      508,
      `The upstream of ${api.name} leads back to this hub. Correct its URL at /upstream/${api.name}.`,
    )
  return undefined
}

/** Another website cannot read the response to a navigation, such as the redirect of an OAuth provider. */
const isCrossSite = (headers: Headers) =>
  headers.get('sec-fetch-site') === 'cross-site' && headers.get('sec-fetch-mode') !== 'navigate'
