import { describe, expect, it } from 'vitest'
import { findSecrets } from '../../src/conformance/checks/secrets.ts'
import type { Exchange } from '../../src/conformance/exchange.ts'
import { notesContract } from './notes-contract.ts'

const contract = notesContract()

const exchange = (status: number, body: object, sent?: object): Exchange => ({
  request: {
    method: 'POST',
    url: 'http://localhost/sign-up',
    headers: [],
    body: sent && JSON.stringify(sent),
  },
  response: { status, headers: new Headers(), text: JSON.stringify(body), body },
  durationMs: 1,
  startedAt: 0,
})

describe('findSecrets', () => {
  it('reports fields with the name of a secret in a successful response', () => {
    expect(findSecrets(exchange(200, { user: { passwordHash: 'abc' } }), contract)).toMatchObject([
      { check: 'secret_in_body', message: expect.stringContaining('user.passwordHash') },
    ])
  })

  it('accepts the message about a field in an error', () => {
    expect(findSecrets(exchange(422, { error: { details: { password: 'is required' } } }), contract)).toEqual(
      [],
    )
  })

  it('reports a password hash and the password of the request in an error', () => {
    const sent = { password: 'a long enough phrase' }
    const body = { details: { password: sent.password, stored: '$argon2id$v=19$m=8' } }
    expect(findSecrets(exchange(422, body, sent), contract)).toHaveLength(2)
  })
})
