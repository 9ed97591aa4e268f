import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import * as openfactory from '../../src/client/openfactory.ts'
import { credentialsByScheme } from '../../src/openapi/credentials.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { factsOf } from '../support/facts.ts'
import { servedNames } from '../support/served.ts'

const documentOf = (variant: VariantName): Document => JSON.parse(readFileSync(contractUrl(variant), 'utf8'))

/** Returns the operations of a contract with the bodies of their example responses. */
const operationsOf = (variant: VariantName) => {
  const document = documentOf(variant)
  return endpointsOf(document).map(({ path, operation }) => ({
    path,
    operationId: operation.operationId ?? '',
    security: operation.security ?? document.security ?? [],
    statuses: Object.keys(operation.responses ?? {}),
    bodies: Object.entries(operation.responses ?? {}).flatMap(([status, response]) =>
      Object.values(resolveRef(document, response).content?.['application/json']?.examples ?? {}).map(
        (example) => ({
          status: Number(status),
          body: resolveRef(document, example).value as object,
        }),
      ),
    ),
  }))
}

type Operation = ReturnType<typeof operationsOf>[number]

const bodiesOf = ({ bodies }: Operation, matches: (status: number) => boolean) =>
  bodies.filter(({ status }) => matches(status))

const pathsOf = (operations: Operation[]) => [...new Set(operations.map(({ path }) => path))].sort()

/** Returns the code of an error body, or its message if the API has no codes. */
const errorOf = (body: object): string => {
  const { error } = body as { error: string | { code: string } }
  return typeof error === 'string' ? error : error.code
}

/** The scheme of the session's token. Keys can be bearer tokens, too. */
const sessionSchemeOf = (variant: VariantName) =>
  [...credentialsByScheme(documentOf(variant)).values()].find(
    ({ kind, scheme }) => kind === 'bearer' && !/key/i.test(scheme),
  )?.scheme

const clients = await Promise.all(
  servedNames.map(async (variant) => ({ variant, client: (await factsOf(variant)).client })),
)
const known = clients.flatMap(({ variant, client }) => (client ? [{ variant, ...client }] : []))

test('knows the clients of several APIs', () => {
  expect(known.length).toBeGreaterThan(3)
})

describe.each(known)('the rules of $variant', ({ variant, rules, errors }) => {
  const scheme = sessionSchemeOf(variant) ?? ''
  const operations = operationsOf(variant)
  const secured = operations.filter(({ security }) => security.some((schemes) => scheme in schemes))

  test('sends the token to exactly the paths whose security requires it', () => {
    expect(pathsOf(secured), `bearer in src/client/${variant}.ts`).toEqual([...(rules.bearer ?? [])].sort())
  })

  test('finds tokens in exactly the responses that contain them', () => {
    const withTokens = operations.filter((operation) =>
      bodiesOf(operation, (status) => status < 300).some(({ body }) => rules.readTokens(body).accessToken),
    )
    const named = [...rules.signIn, rules.refresh].filter(Boolean).sort()
    expect(pathsOf(withTokens), `readTokens, signIn and refresh in src/client/${variant}.ts`).toEqual(named)
  })

  test('renews the session exactly on the 401s that concern the token', () => {
    const responses = secured.flatMap((operation) => bodiesOf(operation, (status) => status === 401))
    const renewing = responses
      .filter(({ body }) => rules.isExpired(body, null))
      .map(({ body }) => errorOf(body))
    expect([...new Set(renewing)].sort()).toEqual(errors.expired)
  })

  test('ends the session exactly on the renewal errors that require it', () => {
    const renewal = operations.filter(({ path }) => path === (rules.refresh ?? rules.signIn.at(-1)))
    const responses = renewal.flatMap((operation) => bodiesOf(operation, (status) => status >= 400))
    const ending = responses
      .filter(({ body, status }) => rules.isSessionEnded(body, status))
      .map(({ body }) => errorOf(body))
    expect([...new Set(ending)].sort()).toEqual(errors.ended)
  })

  test('ends the session exactly on the errors of a deleted or deactivated account', () => {
    const responses = secured.flatMap((operation) => bodiesOf(operation, (status) => status >= 400))
    const gone = responses.filter(({ body }) => rules.isAccountGone?.(body)).map(({ body }) => errorOf(body))
    expect([...new Set(gone)].sort()).toEqual(errors.gone)
  })

  test('lists every path that redirects', () => {
    const redirecting = operations.filter(({ statuses }) => statuses.some((status) => /^3/.test(status)))
    expect(pathsOf(redirecting)).toEqual([...rules.redirects].sort())
  })

  test('lists every operation that ends the session', () => {
    const ends = operations.filter(({ operationId }) => ['signOut', 'changePassword'].includes(operationId))
    expect(pathsOf(ends)).toEqual([...rules.signOut].sort())
  })
})

test('sends an OpenFactory API key to every path that requires a key or a session', () => {
  const secured = operationsOf('openfactory').filter(({ security }) => security.length > 0)
  expect(pathsOf(secured)).toEqual([...openfactory.apiKeyRules.bearer].sort())
})
