import { randomUUID } from 'node:crypto'
import type { Api } from '../../catalog/api.ts'
import { localOnly } from '../../common/local-only.ts'
import type { Answer } from '../requests/observe.ts'
import type { Routed } from './answer.ts'
import type { Guard } from './guard.ts'
import { createUpstreams } from './upstreams.ts'

/** Everything about a request except its upstream. */
interface Local extends Pick<Routed, 'api' | 'request' | 'answerLocally'> {
  /** Returns the full URL. Most requests do not need it. */
  readUrl: () => string
}

/**
 * Creates the router that decides who answers a request to a mock or sandbox. Its modules for upstreams are
 * loaded when the first one is set.
 * @param serverOf opens the sandbox or mock of an API, which knows the trusted origins
 */
export function createRouter({
  isOwnName,
  serverOf,
  timeoutMs,
}: {
  isOwnName: Guard['isOwnName']
  serverOf: (api: Api) => Promise<{ fetch: (request: Request) => Response | Promise<Response> }>
  timeoutMs: number
}) {
  const upstreams = createUpstreams()
  const guard: Guard = {
    isOwnName,
    pseudonym: `auth-contracts-${randomUUID()}`,
    async allowsOrigin(api, origin) {
      const preflight = { origin, 'access-control-request-method': 'GET' }
      const request = new Request('http://localhost/', { method: 'OPTIONS', headers: preflight })
      const { headers } = await (await serverOf(api)).fetch(request)
      return headers.get('access-control-allow-origin') === origin
    },
  }
  return {
    upstreams,
    async answer(local: Local): Promise<Answer> {
      const upstream = upstreams.find(local.api)
      if (!upstream || local.request.headers.get(localOnly.name) === localOnly.value)
        return local.answerLocally(local.request)
      const { answer } = await import('./answer.ts')
      return answer({ ...local, url: local.readUrl(), upstream, guard, timeoutMs })
    },
  }
}
