import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'

const person = { email: 'new@example.org', password: 'a fine passphrase', name: 'Ada Byron' }
const invalidInput = { error: 'Invalid input' }
const invalidIn = (path: string) => ({
  error: { code: 'VALIDATION_ERROR', details: { issues: [{ path }] } },
})

interface Case {
  name: VariantName
  path: string
  body: object
  headers?: Record<string, string>
  /** The status and body of the response, by field of the request. */
  rejections: Record<string, [number, object]>
}

const cases: Case[] = [
  {
    name: 'bedrud',
    path: '/api/auth/register',
    body: person,
    rejections: { email: [400, { error: 'Invalid email format' }], name: [400, invalidInput] },
  },
  {
    name: 'bedrud',
    path: '/api/auth/passkey/signup/begin',
    body: person,
    rejections: { email: [400, { error: 'Invalid email format' }], name: [400, invalidInput] },
  },
  {
    name: 'bedrud',
    path: '/api/auth/guest-login',
    body: { name: 'Guest User' },
    rejections: { name: [400, invalidInput] },
  },
  {
    name: 'bkend',
    path: '/v1/auth/email/signup',
    body: { ...person, method: 'password' },
    headers: { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` },
    rejections: {
      email: [400, { error: { code: 'auth/invalid-email' } }],
      name: [400, { error: { code: 'common/invalid-parameters' } }],
    },
  },
  {
    name: 'bondmcp',
    path: '/mcp/auth/register',
    body: person,
    rejections: {
      email: [400, { error: { code: 'invalid_request' } }],
      name: [400, { error: { code: 'invalid_request' } }],
    },
  },
  {
    name: 'openfactory',
    path: '/api/auth/signup',
    body: { ...person, organizationName: 'Engines' },
    rejections: {
      email: [422, invalidIn('email')],
      name: [422, invalidIn('name')],
      organizationName: [422, invalidIn('organizationName')],
    },
  },
]

describe.each(cases)('$name, $path', ({ name, path, body, headers, rejections }) => {
  it('rejects invisible characters in emails and names', async () => {
    const sandbox = await openSandbox(name)
    await sandbox.control('settings', { rateLimits: false })
    const post = async (sent: object) => {
      const response = await sandbox.call('POST', path, sent, headers)
      return [response.status, await response.json()]
    }
    // The first three are a format character, a mark and a letter.
    for (const [field, rejection] of Object.entries(rejections))
      for (const character of ['\u200B', '\u034F', '\u3164', '\u202E', '\u00AD'])
        expect(await post({ ...body, ...shifted(body, field, character) })).toMatchObject(rejection)
    expect((await post(body))[0]).toBeLessThan(300)
  })
})

/** The field with the character after its first letter. */
function shifted(body: object, field: string, character: string) {
  const text = String((body as Record<string, unknown>)[field])
  return { [field]: text.slice(0, 1) + character + text.slice(1) }
}

it('rejects invisible characters when a user of bkend changes name and nickname', async () => {
  const sandbox = await openSandbox('bkend')
  const headers = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
  const json = async (method: string, path: string, body?: object, more = {}) =>
    (await sandbox.call(method, path, body, { ...headers, ...more })).json()
  const { accessToken } = await json('POST', '/v1/auth/email/signup', { ...person, method: 'password' })
  const bearer = { authorization: `Bearer ${accessToken}` }
  const { id } = await json('GET', '/v1/auth/me', undefined, bearer)
  const change = (body: object) => json('PATCH', `/v1/users/${id}`, body, bearer)
  expect((await change({ name: 'A\u200Bda' })).error.code).toBe('user/invalid-name')
  expect((await change({ nickname: 'A\u202Eda' })).error.code).toBe('user/invalid-nickname')
  expect((await change({ name: 'Ada ❤️', nickname: '👩‍💻' })).name).toBe('Ada ❤️')
})
