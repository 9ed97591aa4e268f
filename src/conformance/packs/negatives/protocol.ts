import { isJson } from '../../../openapi/media-type.ts'
import { type Contract, type Located, mediaTypeOf, type Operation } from '../../contract/contract.ts'
import type { Exchange, RequestData } from '../../exchange.ts'
import { NotExercisedError, type TestCase } from '../../test-case.ts'
import { type BaseRequests, unlessClosed } from '../base-request.ts'
import { operationTest } from '../operation-test.ts'
import { withoutHeader, withParameter } from '../request-changes.ts'
import { placesOf } from '../security.ts'
import { ignoresBody } from './data.ts'
import { judgeRejection, statusesOfExamples } from './expected-status.ts'

/** Returns the tests of how an operation treats unusual HTTP: media types, broken bodies, doubled headers. */
export function invalidProtocol(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  return [
    ...invalidBodies(contract, operation, base),
    ...tooLargeBody(operation, base),
    ...doubled(contract, operation, base),
  ]
}

function invalidBodies(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  const { body } = operation
  const media = body && mediaTypeOf(body)
  if (!media || !body) return []
  const malformed = statusesOfExamples(contract, operation, /malformed_?(json|body)|invalid_?json/i)
  const wrongType = operation.responses.has('415')
    ? [415]
    : statusesOfExamples(contract, operation, /(media|content)_?type/i)
  const takesJson = isJson(media.type)
  // No fields at all are a valid form, unless one is required.
  const isEmptyForm =
    !takesJson && media.node.schema && contract.checkSchema(`${media.pointer}/schema`, {}).length === 0
  const otherTypes = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded'].filter(
    (type) => !Object.keys(body.node.content ?? {}).some((declared) => covers(declared, type)),
  )
  const edits: { title: string; statuses: number[]; edit: (request: RequestData) => RequestData }[] = [
    ...otherTypes.map((type) => ({
      title: `Content-Type: ${type}`,
      statuses: wrongType,
      edit(request: RequestData) {
        // Without a body, the header says nothing (RFC 9110, section 8.3).
        if (!request.body) throw new NotExercisedError('The valid request has no body.')
        return withHeader(request, 'content-type', type)
      },
    })),
    ...(takesJson
      ? [
          {
            title: 'body: malformed JSON',
            statuses: malformed,
            edit: (request: RequestData) => ({ ...request, body: '{"auth": ' }),
          },
          { title: 'body: a trailing comma', statuses: malformed, edit: withTrailingComma },
        ]
      : []),
    ...(body.node.required && !isEmptyForm
      ? [
          { title: 'body: empty', statuses: [], edit: (request: RequestData) => ({ ...request, body: '' }) },
          {
            title: 'body: missing',
            statuses: [],
            edit: ({ body: _, headers = {}, ...request }: RequestData) => ({
              ...request,
              headers: withoutHeader(headers, 'content-type'),
            }),
          },
        ]
      : []),
  ]
  return edits.map(({ title, statuses, edit }) =>
    operationTest('negatives', operation, title, async (probe, stage) => {
      const exchange = await base.send(operation, stage, (parts) => parts, { send: probe.send, edit })
      const isLenient = ignoresBody(operation)
      judgeRejection(stage, probe, exchange, {
        title,
        statuses,
        isLenient,
        check: 'negative_data_rejection',
      })
    }),
  )
}

/** Returns whether a declared media type, which can be a range, covers another. */
function covers(declared: string, type: string): boolean {
  const essence = declared.split(';')[0]?.trim().toLowerCase() ?? ''
  return (
    essence === type || essence === '*/*' || (essence.endsWith('/*') && type.startsWith(essence.slice(0, -1)))
  )
}

function withTrailingComma(request: RequestData): RequestData {
  const text = String(request.body ?? '{}')
  return { ...request, body: `${text.slice(0, -1)},${text.slice(-1)}` }
}

const withHeader = (request: RequestData, name: string, value: string | string[]): RequestData => ({
  ...request,
  headers: { ...withoutHeader(request.headers ?? {}, name), [name]: value },
})

/** Sends a valid body with so much white space that it exceeds the limit that the contract names. */
function tooLargeBody(operation: Operation, base: BaseRequests): TestCase[] {
  const declared = operation.responses.get('413')
  if (!declared) return []
  const limit = limitIn(declared)
  const size = limit ?? usualLimit
  const title = `body: larger than ${Math.round(size / 1024)} KiB`
  const edit = (request: RequestData): RequestData => ({
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: String(request.body ?? '{}').padEnd(size + 1, ' '),
  })
  return [
    operationTest('negatives', operation, title, async (probe, stage) => {
      // A server may close the connection before it has read the whole body (RFC 9110, §15.5.14).
      const exchange = await unlessClosed(
        base.send(operation, stage, (parts) => parts, { send: probe.send, edit }),
      )
      // A server need not read the body of an operation that has none.
      const isLenient = limit === undefined || !operation.body
      judgeRejection(stage, probe, exchange, {
        ...{ title, isLenient, statuses: [413], check: 'negative_data_rejection' },
      })
    }),
  ]
}

/** The size that is sent if the contract does not name its limit. */
const usualLimit = 64 * 1024

const factors: Record<string, number> = { k: 1000, ki: 1024, m: 1000 ** 2, mi: 1024 ** 2 }

/** Reads the limit of bodies from the description of the response, because OpenAPI has no keyword for it. */
function limitIn({ node }: Located<{ description?: string }>): number | undefined {
  const [, count, unit = ''] = /(\d+)\s*(ki|k|mi|m)b\b/i.exec(node.description ?? '') ?? []
  const bytes = Number(count) * (factors[unit.toLowerCase()] ?? Number.NaN)
  return Number.isNaN(bytes) || bytes > 8 * 1024 ** 2 ? undefined : bytes
}

/**
 * Sends headers and parameters twice that may occur once. A server can reject or ignore the second, so only
 * the checks of every exchange apply.
 */
function doubled(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  const places = placesOf(contract.document, operation.security[0] ?? {})
  const headers = [
    ...(places.some(({ credential }) => credential.name === 'Authorization') ? ['authorization'] : []),
    ...(operation.body ? ['content-type'] : []),
  ]
  const test = (title: string, send: (...args: Parameters<TestCase['run']>) => Promise<unknown>): TestCase =>
    operationTest('negatives', operation, title, async (probe, stage) => {
      await send(probe, stage)
    })
  const twice = (name: string) => (request: RequestData) => {
    const value = request.headers?.[name]
    if (typeof value !== 'string') throw new NotExercisedError(`The request has no header ${name}.`)
    return withHeader(request, name, [value, value])
  }
  return [
    ...headers.map((name) =>
      test(`${name === 'authorization' ? 'Authorization' : 'Content-Type'}: twice`, (probe, stage) =>
        base.send(operation, stage, (parts) => parts, {
          send: probe.send,
          edit: twice(name),
          expects401: true,
        })),
    ),
    ...operation.parameters
      .filter(({ node }) => node.in === 'query' && node.schema?.type !== 'array')
      .map(({ node }) =>
        test(`query parameter ${node.name}: twice`, (probe, stage): Promise<Exchange> =>
          base.send(
            operation,
            stage,
            (parts) => withParameter(parts, node, [[parts.query[node.name] ?? 'a'].flat()[0] ?? 'a', 'b']),
            { send: probe.send },
          )),
      ),
  ]
}
