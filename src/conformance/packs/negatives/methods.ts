import { type Contract, findOperation, type Operation } from '../../contract/contract.ts'
import type { Exchange, RequestData } from '../../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import { type BaseRequests, staticBaseRequest, unlessClosed } from '../base-request.ts'
import { toRequest } from '../example-request.ts'

const methodsOfHttp = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const

/** Returns one test for each method that a path does not declare, and one for HEAD on a GET with effects. */
export function wrongMethods(contract: Contract, base: BaseRequests): TestCase[] {
  const paths = Map.groupBy(contract.operations, ({ path }) => path)
  return [...paths.values()].flatMap((operations) => {
    const [first] = operations as [Operation]
    const declared = operations.map(({ method }) => method.toUpperCase())
    const { pathname } = new URL(toRequest(staticBaseRequest(contract, first)).path, 'http://localhost')
    const isDeclared = (method: string) =>
      findOperation(contract.operations, method, pathname) !== undefined ||
      // HEAD is GET without the body (RFC 9110, §9.3.2), also where a template such as `/{id}` matches.
      (method === 'HEAD' && findOperation(contract.operations, 'GET', pathname) !== undefined)
    return [
      ...methodsOfHttp
        .filter((method) => !isDeclared(method))
        .map((method) => wrongMethod(first, declared, method, base)),
      ...operations
        .filter(({ method, isSafe }) => method === 'get' && !isSafe)
        .map((operation) => headOnEffects(operation, base)),
    ]
  })
}

function wrongMethod(operation: Operation, declared: string[], method: string, base: BaseRequests): TestCase {
  return {
    pack: 'negatives',
    operationId: operation.id,
    title: `${method} instead of ${declared.join(' or ')}`,
    writes: method !== 'GET' && method !== 'HEAD' && method !== 'TRACE',
    async run(probe, stage) {
      const edit = ({ body, ...request }: RequestData): RequestData => ({
        ...request,
        method,
        // Neither has a body (RFC 9110, §9.3).
        ...(method !== 'GET' && method !== 'HEAD' && method !== 'TRACE' && body !== undefined && { body }),
      })
      const options = { send: probe.send, edit, expects401: true }
      // Proxies and servers can close the connection at TRACE.
      const exchange = await unlessClosed(base.send(operation, stage, (parts) => parts, options))
      judgeRefusal(probe, exchange, { method, declared, path: operation.path })
    },
  }
}

/** 401 and 403 come from servers that authenticate before they route. */
const refusals = [401, 403, 404, 405, 501]

function judgeRefusal(
  probe: Probe,
  exchange: Exchange,
  { method, declared, path }: { method: string; declared: string[]; path: string },
): void {
  const { status, headers } = exchange.response
  const report = (message: string) => probe.report('unsupported_method', exchange, message)
  if (status === 429) throw new NotExercisedError('The server is limiting the rate.')
  if (!refusals.includes(status)) {
    if (status < 500)
      report(`${path} does not declare ${method}, but the server answers it with ${status} instead of 405.`)
    return
  }
  if (status !== 405) return
  const allow = headers.get('allow')
  // A 405 must name the methods (RFC 9110, §15.5.6).
  if (allow === null) {
    report(`The 405 to ${method} ${path} has no Allow header.`)
    return
  }
  const allowed = allow.toUpperCase().split(/\s*,\s*/)
  const missing = declared.filter((each) => !allowed.includes(each))
  if (missing.length > 0)
    report(`The Allow header of ${path} lacks ${missing.join(' and ')}: it is \`${allow}\`.`)
  if (allowed.includes(method)) report(`The Allow header of ${path} names ${method}, which gets 405.`)
}

/** Link previews and scanners send HEAD, which must not consume a mailed link (RFC 9110, §9.2.1). */
function headOnEffects(operation: Operation, base: BaseRequests): TestCase {
  return {
    pack: 'negatives',
    operationId: operation.id,
    title: 'HEAD has no effect',
    writes: true,
    async run(probe, stage) {
      let request: RequestData | undefined
      const edit = (original: RequestData): RequestData => {
        request = original
        return { ...original, method: 'HEAD' }
      }
      const head = await base.send(operation, stage, (parts) => parts, {
        send: probe.send,
        edit,
        expects401: true,
      })
      if (head.response.headers.has('set-cookie'))
        probe.report('safe_methods', head, `HEAD on ${operation.path} sets a cookie.`, {
          severity: 'difference',
        })
      if (head.response.status === 405 || head.response.status === 404 || !request) return
      if (head.response.status >= 400)
        throw new NotExercisedError('The GET of this request has no effect, either.')
      const get = await probe.send(request)
      if (get.response.status >= 400)
        probe.report(
          'safe_methods',
          get,
          `HEAD on ${operation.path} has the effect of GET: the GET after it is answered with ${get.response.status}.`,
        )
    },
  }
}

/** Returns a test of a path below the base of the API that the contract does not have. */
export function unknownPath(contract: Contract): TestCase[] {
  const [first, ...others] = contract.operations.map(({ path }) => path.split('/').slice(1, -1))
  if (!first) return []
  const end = first.findIndex(
    (segment, index) => segment.includes('{') || others.some((other) => other[index] !== segment),
  )
  const path = ['', ...first.slice(0, end < 0 ? undefined : end), 'auth-contracts-unknown', 'path'].join('/')
  return [
    {
      pack: 'negatives',
      title: `unknown path ${path}`,
      writes: false,
      async run(probe) {
        const exchange = await probe.send({ method: 'GET', path })
        const { status } = exchange.response
        if (status < 400)
          probe.report(
            'status_code_conformance',
            exchange,
            `The unknown path ${path} is answered with ${status}, not 404.`,
            {
              hint: 'A page of a web app below the API makes clients parse HTML as JSON.',
            },
          )
      },
    },
  ]
}
