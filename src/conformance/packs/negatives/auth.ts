import type { SecurityRequirement } from '../../../openapi/document.ts'
import { type Contract, type Operation, responseKey } from '../../contract/contract.ts'
import type { Exchange } from '../../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import { assertHasCredentials } from '../../world/credentials.ts'
import type { BaseRequests } from '../base-request.ts'
import type { RequestParts } from '../example-request.ts'
import { operationTest } from '../operation-test.ts'
import { isOpen, placesOf } from '../security.ts'
import { brokenValues, foreignSchemes } from './broken-credentials.ts'

/**
 * Returns the tests of the credentials of an operation: without any, and each credential of each alternative
 * missing, changed, malformed and replaced by one of another kind.
 */
export function ignoredAuth(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  const { security } = operation
  if (isOpen(operation)) return []
  const titles = new Set<string>()
  const test = (
    title: string,
    credential: string,
    alternative: SecurityRequirement,
    change: (parts: RequestParts) => RequestParts,
    { needsCredentials = true } = {},
  ): TestCase[] => {
    if (titles.has(title)) return []
    titles.add(title)
    return [
      operationTest('negatives', operation, title, async (probe, stage) => {
        // A mock takes any credential, so that a changed placeholder would prove nothing.
        if (needsCredentials) assertHasCredentials(contract, stage.hooks, alternative)
        const exchange = await base.send(operation, stage, change, {
          ...{ alternative, send: probe.send, expects401: true, breaksCredentials: true },
        })
        judge(probe, exchange, { title, credential })
      }),
    ]
  }
  const method = operation.method.toUpperCase()
  const everyPlace = security.flatMap((alternative) =>
    placesOf(contract.document, alternative).map(({ place }) => place),
  )
  // Schemes that the contract does not declare have no place.
  if (everyPlace.length === 0) return []
  const withoutAny = (parts: RequestParts) =>
    everyPlace.reduce((rest, place) => place.write(rest, undefined), parts)
  return [
    ...test(
      `${method} without ${unique(everyPlace.map(({ label }) => label)).join(' and ')}`,
      'credentials',
      security[0] ?? {},
      withoutAny,
      { needsCredentials: false },
    ),
    ...security.flatMap((alternative) => {
      const suffix = security.length > 1 ? ` (${Object.keys(alternative).join(' and ')})` : ''
      return placesOf(contract.document, alternative).flatMap(({ credential, place }) => {
        const others = Object.keys(alternative).filter((other) => other !== credential.scheme)
        // Without one credential, the request can still satisfy another alternative.
        if (security.some((other) => Object.keys(other).every((each) => others.includes(each)))) return []
        const valid = `a valid ${place.label}${suffix}`
        const variant = (
          what: string,
          change: (parts: RequestParts) => RequestParts,
          options?: { needsCredentials: boolean },
        ) => test(`${place.label}${what}${suffix}`, valid, alternative, change, options)
        const isOnly = others.length === 0 && security.length === 1
        return [
          ...(isOnly
            ? []
            : variant(' missing', (parts) => place.write(parts, undefined), { needsCredentials: false })),
          ...brokenValues(credential).map(({ what, value }) =>
            variant(`: ${what}`, (parts) => {
              const current = place.read(parts)
              if (current === undefined)
                throw new NotExercisedError(`The request has no credential in ${place.label}.`)
              return place.write(parts, value(current))
            }),
          ),
          ...foreignSchemes(contract, operation, credential).map(([foreign, value]) =>
            variant(`: a credential of ${foreign}`, (parts) => place.write(parts, value)),
          ),
        ].flat()
      })
    }),
  ]
}

function judge(
  probe: Probe,
  exchange: Exchange,
  { title, credential }: { title: string; credential: string },
): void {
  const { operation, response } = exchange
  const { status } = response
  const message = `${operation?.id} answers ${status} without ${credential}, not 401.`
  const hint = `Sent: ${title}.`
  if (status < 300) probe.report('ignored_auth', exchange, message, { hint })
  else if (status >= 400 && status < 500 && ![401, 403, 404, 429].includes(status) && expects401(operation))
    probe.report('status_code_conformance', exchange, message, { hint })
}

/** A contract without 401 can have another status for it, such as 400 (RFC 6749, §5.2). */
const expects401 = (operation: Operation | undefined) =>
  operation === undefined || responseKey(operation, 401) !== undefined

const unique = <Item>(items: Item[]) => [...new Set(items)]
