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

/** The operations of a contract with the bodies of their example responses. */
const operationsOf = (variant: VariantName) => {
  const document: Document = JSON.parse(readFileSync(contractUrl(variant), 'utf8'))
  return endpointsOf(document).map(({ path, operation }) => ({
    path,
    operationId: operation.operationId ?? '',
    security: operation.security ?? document.security ?? [],
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

const bodiesOf = ({ bodies }: Operation, isWanted: (status: number) => boolean) =>
  bodies.filter(({ status }) => isWanted(status))

const pathsOf = (operations: Operation[]) => [...new Set(operations.map(({ path }) => path))].sort()

/** What an error body says: a code, or a text where the API has no codes. */
const wordOf = (body: object): string => {
  const { error } = body as { error: string | { code: string } }
  return typeof error === 'string' ? error : error.code
}

/** The words of the examples that stand for a dead token, and for a session that cannot be renewed. */
const words: Record<VariantName, { expired: string[]; over: string[] }> = {
  bedrud: {
    expired: ['Invalid token', 'User not found'],
    over: ['Account is deactivated', 'Invalid or expired refresh token', 'User not found'],
  },
  bkend: {
    expired: ['auth/invalid-token', 'auth/token-expired'],
    over: ['auth/invalid-refresh-token', 'auth/session-expired', 'auth/user-not-found'],
  },
  bondmcp: { expired: ['authentication_error'], over: ['invalid_credentials'] },
  openfactory: { expired: ['UNAUTHORIZED'], over: ['INVALID_CREDENTIALS'] },
}

describe.each<[VariantName, AuthRules<string>, string]>([
  ['bedrud', bedrud.rules, 'bearer'],
  ['bkend', bkend.rules, 'bearer'],
  ['bondmcp', bondmcp.rules, 'token'],
  ['openfactory', openfactory.rules, 'session'],
])('the rules of %s', (variant, rules, scheme) => {
  const operations = operationsOf(variant)
  const guarded = operations.filter(({ security }) => security.some((schemes) => scheme in schemes))

  test('send the token to exactly the paths whose security asks for it', () => {
    expect(pathsOf(guarded)).toEqual([...rules.bearer].sort())
  })

  test('find tokens in exactly the answers that carry them', () => {
    const carrying = operations.filter((operation) =>
      bodiesOf(operation, (status) => status < 300).some(({ body }) => rules.readTokens(body).accessToken),
    )
    expect(pathsOf(carrying)).toEqual([...rules.signIn, rules.refresh].filter(Boolean).sort())
  })

  test('renew on the 401s that mean the token, and on no others', () => {
    const refusals = guarded.flatMap((operation) => bodiesOf(operation, (status) => status === 401))
    const renewing = refusals.filter(({ body }) => rules.isExpired(body)).map(({ body }) => wordOf(body))
    expect([...new Set(renewing)].sort()).toEqual(words[variant].expired)
  })

  test('end the session on the refusals of a renewal that mean it, and on no others', () => {
    const renewal = operations.filter(({ path }) => path === (rules.refresh ?? rules.signIn.at(-1)))
    const refusals = renewal.flatMap((operation) => bodiesOf(operation, (status) => status >= 400))
    const ending = refusals
      .filter(({ body, status }) => rules.isOver(body, status))
      .map(({ body }) => wordOf(body))
    expect([...new Set(ending)].sort()).toEqual(words[variant].over)
  })

  test('know every way to end the session', () => {
    const ends = operations.filter(({ operationId }) => ['signOut', 'changePassword'].includes(operationId))
    expect(pathsOf(ends)).toEqual([...rules.signOut].sort())
  })
})

test('an OpenFactory API key goes to every path that asks for a key or a session', () => {
  const asking = operationsOf('openfactory').filter(({ security }) => security.length > 0)
  expect(pathsOf(asking)).toEqual([...openfactory.keyRules.bearer].sort())
})
