import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { AuthRules } from '../../src/client/auth.ts'
import * as bedrud from '../../src/client/bedrud.ts'
import * as bkend from '../../src/client/bkend.ts'
import * as bondmcp from '../../src/client/bondmcp.ts'
import * as openfactory from '../../src/client/openfactory.ts'

interface Operation {
  path: string
  operationId: string
  security: Record<string, unknown>[]
  responses: Record<string, { content?: Record<string, { examples?: Record<string, { value: object }> }> }>
}

/** The operations of a contract, every reference in them resolved. */
const operationsOf = (variant: VariantName): Operation[] => {
  const contract = JSON.parse(readFileSync(contractUrl(variant), 'utf8'))
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve)
    if (!(node instanceof Object)) return node
    if ('$ref' in node) {
      const keys = String(node.$ref).slice(2).split('/')
      return resolve(keys.reduce((at, key) => at[key.replaceAll('~1', '/').replaceAll('~0', '~')], contract))
    }
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, key === 'schema' ? {} : resolve(value)]),
    )
  }
  return Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.values(resolve(item) as object)
      .filter((operation) => operation.operationId)
      .map((operation) => ({ path, security: contract.security ?? [], ...operation })),
  )
}

const bodiesOf = ({ responses }: Operation, isWanted: (status: number) => boolean) =>
  Object.entries(responses)
    .filter(([status]) => isWanted(Number(status)))
    .flatMap(([status, { content }]) =>
      Object.values(content?.['application/json']?.examples ?? {}).map(({ value }) => ({
        status: Number(status),
        body: value,
      })),
    )

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
