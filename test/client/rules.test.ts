import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { AuthRules } from '../../src/client/auth.ts'
import * as bedrud from '../../src/client/bedrud.ts'
import * as bkend from '../../src/client/bkend.ts'
import * as bondmcp from '../../src/client/bondmcp.ts'
import * as openfactory from '../../src/client/openfactory.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'

/** Returns the operations of a contract with the bodies of their example responses. */
const operationsOf = (variant: VariantName) => {
  const document: Document = JSON.parse(readFileSync(contractUrl(variant), 'utf8'))
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

/**
 * The errors of an expired or invalid token, of a session that cannot be renewed, and of a deleted or
 * deactivated account.
 */
const errors = {
  bedrud: {
    expired: ['Invalid token'],
    gone: ['Account is deactivated', 'User not found'],
    ended: ['Account is deactivated', 'Invalid or expired refresh token', 'User not found'],
  },
  bkend: {
    expired: ['auth/invalid-token', 'auth/token-expired'],
    gone: ['auth/user-not-found'],
    ended: ['auth/invalid-refresh-token', 'auth/session-expired', 'auth/user-not-found'],
  },
  bondmcp: { expired: ['authentication_error'], gone: [], ended: ['invalid_credentials'] },
  openfactory: { expired: ['UNAUTHORIZED'], gone: [], ended: ['INVALID_CREDENTIALS'] },
} satisfies Partial<Record<VariantName, { expired: string[]; ended: string[]; gone: string[] }>>

describe.each<[keyof typeof errors, AuthRules<string>, string]>([
  ['bedrud', bedrud.rules, 'bearer'],
  ['bkend', bkend.rules, 'bearer'],
  ['bondmcp', bondmcp.rules, 'token'],
  ['openfactory', openfactory.rules, 'session'],
])('the rules of %s', (variant, rules, scheme) => {
  const operations = operationsOf(variant)
  const secured = operations.filter(({ security }) => security.some((schemes) => scheme in schemes))

  test('sends the token to exactly the paths whose security requires it', () => {
    expect(pathsOf(secured)).toEqual([...(rules.bearer ?? [])].sort())
  })

  test('finds tokens in exactly the responses that contain them', () => {
    const withTokens = operations.filter((operation) =>
      bodiesOf(operation, (status) => status < 300).some(({ body }) => rules.readTokens(body).accessToken),
    )
    expect(pathsOf(withTokens)).toEqual([...rules.signIn, rules.refresh].filter(Boolean).sort())
  })

  test('renews the session exactly on the 401s that concern the token', () => {
    const responses = secured.flatMap((operation) => bodiesOf(operation, (status) => status === 401))
    const renewing = responses
      .filter(({ body }) => rules.isExpired(body, null))
      .map(({ body }) => errorOf(body))
    expect([...new Set(renewing)].sort()).toEqual(errors[variant].expired)
  })

  test('ends the session exactly on the renewal errors that require it', () => {
    const renewal = operations.filter(({ path }) => path === (rules.refresh ?? rules.signIn.at(-1)))
    const responses = renewal.flatMap((operation) => bodiesOf(operation, (status) => status >= 400))
    const ending = responses
      .filter(({ body, status }) => rules.isSessionEnded(body, status))
      .map(({ body }) => errorOf(body))
    expect([...new Set(ending)].sort()).toEqual(errors[variant].ended)
  })

  test('ends the session exactly on the errors of a deleted or deactivated account', () => {
    const responses = secured.flatMap((operation) => bodiesOf(operation, (status) => status >= 400))
    const gone = responses.filter(({ body }) => rules.isAccountGone?.(body)).map(({ body }) => errorOf(body))
    expect([...new Set(gone)].sort()).toEqual(errors[variant].gone)
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
