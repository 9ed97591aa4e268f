import type { Api } from '../../catalog/api.ts'
import { hideCredentials } from '../../common/base-url.ts'
import { findOperation } from '../../conformance/contract/contract.ts'
import { toProxyResponse, toUpstream } from '../../conformance/forward.ts'
import { splitPath } from '../base-path.ts'
import { contractOf } from '../contract.ts'
import type { Answer } from '../requests/observe.ts'
import { type Guard, rejectUntrusted } from './guard.ts'
import { isImplemented } from './is-implemented.ts'
import { passOn } from './pass-on.ts'
import { allowReading, isolateHtml } from './response.ts'
import type { ApiUpstream } from './upstreams.ts'

/** A request to a mock or sandbox of an API that has an upstream. */
export interface Routed {
  api: Api
  upstream: ApiUpstream
  /** The full URL. */
  url: string
  /** The request for the mock or sandbox. */
  request: Request
  /** Lets the mock or sandbox answer. */
  answerLocally: (request: Request) => Promise<Answer>
  guard: Guard
  /** In milliseconds. */
  timeoutMs: number
}

/** Answers a request by the upstream, or else by the mock or sandbox. */
export async function answer(routed: Routed): Promise<Answer> {
  const { api, upstream, request, answerLocally, guard, timeoutMs } = routed
  const url = new URL(routed.url)
  const { base, path } = splitPath(url.pathname, api.basePath)
  const contract = await contractOf(api)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const operation = findOperation(contract.operations, method, path)
  const route = operation && upstream.routeOf(operation.id)
  // Development controls, OAuth simulators, files and preflights are not operations of the contract.
  if (!operation || route === 'local') return answerLocally(request)
  if (route === 'auto' && upstream.learnedOf(operation.id) === 'missing')
    return { ...(await answerLocally(request)), note: `${notImplemented}.` }

  const rejected = await rejectUntrusted(request, url, { ...guard, api })
  if (rejected) return { response: rejected, answeredBy: 'hub', note: 'Not passed on to the upstream.' }
  const target = { ...toUpstream(upstream.url), api: api.name, url: hideCredentials(upstream.url) }
  const pathAndQuery = path + url.search
  const passed = await passOn(request, { target, path: pathAndQuery, timeoutMs, via: guard.pseudonym })
  if ('problem' in passed) {
    allowReading(passed.problem, request)
    return { response: passed.problem, answeredBy: 'hub', note: passed.reason }
  }
  const { received, replay } = passed
  const { status } = received.response
  if (
    route === 'auto' &&
    !isImplemented(received, { request, operation, contract, url: target.base + path })
  ) {
    // A server without support for HEAD may implement the GET.
    if (request.method !== 'HEAD') upstream.learn(operation.id, 'missing')
    const note = `${notImplemented}: it answered ${status}, and not as the contract declares.`
    return { ...(await answerLocally(replay())), note }
  }
  if (route === 'auto') upstream.learn(operation.id, 'implemented')
  const response = toProxyResponse(received, {
    from: target.base,
    to: url.origin + base,
    path: pathAndQuery,
  })
  isolateHtml(response)
  allowReading(response, request)
  return { response, answeredBy: 'upstream', original: received.response }
}

const notImplemented = 'Not implemented by the upstream'
