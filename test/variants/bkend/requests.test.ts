import { describe, expect, it } from 'vitest'
import { builtInApi } from '../../../src/catalog/built-in.ts'
import { loadMock } from '../../../src/hub/mocks.ts'
import { openSandbox } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
const mina = { method: 'password', email: 'user@example.com', password: 'password123' }
const minasId = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'

/** Opens a sandbox in which Mina is signed in. */
async function openScene() {
  const sandbox = await openSandbox('bkend')
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await sandbox.call(method, `/v1/${path}`, body, { ...key, ...headers })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const { body: tokens } = await send('POST', 'auth/email/signin', mina)
  const signedIn = { authorization: `Bearer ${tokens.accessToken}` }
  return { ...sandbox, send, tokens, signedIn }
}

describe.each([
  {
    path: 'auth/email/signup',
    body: { method: 'password', password: 'Corr3ct-Horse!', name: 'Ada' },
    status: 201,
  },
  { path: 'auth/email/signin', body: { method: 'password', password: 'password123' }, status: 200 },
  { path: 'auth/email/verify/send', body: {}, status: 200 },
  { path: 'auth/email/verify/resend', body: {}, status: 200 },
  {
    path: 'auth/email/verify/confirm',
    body: { token: 'cnViZW4tdmVyaWZ5LXRva2VuLWV4YW1wbGUtMDAwMDE' },
    status: 200,
  },
  { path: 'auth/password/reset/request', body: {}, status: 200 },
  {
    path: 'auth/password/reset/confirm',
    body: { token: 'c29yYS1yZXNldC10b2tlbi1leGFtcGxlLTAwMDAwMDE', newPassword: 'amber-compass-64' },
    status: 200,
  },
])('POST /v1/$path', ({ path, body, status }) => {
  const email =
    { 'auth/email/signup': 'ada@example.com', 'auth/email/signin': mina.email }[path] ??
    (path.includes('reset') ? 'sora@example.com' : 'ruben@example.com')
  const padded = { ...body, email: ` \t${email}\n` }

  it('ignores white space around the email', async () => {
    const { send } = await openScene()
    const response = await send('POST', path, padded)
    expect([response.status, response.body.email ?? email]).toEqual([status, email])
    const malformed = await send('POST', path, { ...body, email: 'ada @example.com' })
    expect([malformed.status, malformed.body.error.code]).toEqual([400, 'auth/invalid-email'])
  })

  it('ignores white space around the email in the mock, too', async () => {
    const mock = await loadMock(builtInApi('bkend'), { log: () => {} })
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...key } }
    const response = await mock.fetch(
      new Request(`http://mock.test/v1/${path}`, { ...init, body: JSON.stringify(padded) }),
    )
    expect(response.status).toBe(status)
  })
})

describe('the Authorization header', () => {
  it.each([
    ['two spaces', '  '],
    ['a tab', '\t'],
  ])('rejects %s after Bearer as malformed', async (_, separator) => {
    const { send, tokens } = await openScene()
    const me = await send('GET', 'auth/me', undefined, {
      authorization: `Bearer${separator}${tokens.accessToken}`,
    })
    expect([me.status, me.body.error.code]).toEqual([401, 'auth/invalid-token-format'])
    expect(me.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('sends a challenge only if the access token is at fault, not the API key', async () => {
    const { send, signedIn } = await openScene()
    const unknownKey = { ...signedIn, 'x-api-key': `pk_${'0'.repeat(64)}` }
    const byKey = await send('GET', 'auth/me', undefined, unknownKey)
    expect([byKey.body.error.code, byKey.headers.get('www-authenticate')]).toEqual([
      'auth/invalid-token',
      null,
    ])
    await send('POST', 'auth/signout', undefined, signedIn)
    const byToken = await send('GET', 'auth/me', undefined, signedIn)
    expect([byToken.body.error.code, byToken.headers.get('www-authenticate')]).toEqual([
      'auth/invalid-token',
      'Bearer error="invalid_token"',
    ])
  })
})

describe('POST /v1/auth/signout', () => {
  it('leaves the session open if the access token has expired', async () => {
    const { send, control, tokens, signedIn } = await openScene()
    await control('clock', { advanceSeconds: 3601 })
    const expired = await send('POST', 'auth/signout', undefined, signedIn)
    expect([expired.status, expired.body.error.code]).toEqual([401, 'auth/token-expired'])
    const refreshed = await send('POST', 'auth/refresh', { refreshToken: tokens.refreshToken })
    expect(refreshed.status).toBe(200)
    const newer = { authorization: `Bearer ${refreshed.body.accessToken}` }
    expect((await send('POST', 'auth/signout', undefined, newer)).status).toBe(200)
    const ended = await send('POST', 'auth/refresh', { refreshToken: refreshed.body.refreshToken })
    expect([ended.status, ended.body.error.code]).toEqual([401, 'auth/invalid-refresh-token'])
  })
})

describe('PATCH /v1/users/{userId}', () => {
  it('merges social links: an absent link stays, and null removes it', async () => {
    const { send, signedIn } = await openScene()
    const update = async (socialLinks: object | null) => {
      const { status, body } = await send('PATCH', `users/${minasId}`, { socialLinks }, signedIn)
      expect(status).toBe(200)
      return body.socialLinks
    }
    const github = 'https://github.com/mina-example'
    const linkedin = 'https://www.linkedin.com/in/mina-example'
    expect(await update({ linkedin })).toEqual({ github, twitter: null, linkedin })
    expect(await update({ github: null })).toEqual({ github: null, twitter: null, linkedin })
    expect(await update(null)).toBeNull()
    expect(await update({ github })).toEqual({ github })
  })

  it('keeps all of several links that are changed at the same time', async () => {
    const { send, signedIn } = await openScene()
    const links = { github: 'https://a.example', twitter: 'https://b.example', linkedin: 'https://c.example' }
    await Promise.all(
      Object.entries(links).map(([name, url]) =>
        send('PATCH', `users/${minasId}`, { socialLinks: { [name]: url } }, signedIn),
      ),
    )
    expect((await send('GET', 'auth/me', undefined, signedIn)).body.socialLinks).toEqual(links)
  })
})

describe('POST /v1/auth/{provider}/callback', () => {
  it.each([
    ['google', 'gh-noor'],
    ['github', '4/0AX-leo'],
    ['github', '4/0AX-iris'],
    ['github', '4/0AX-mina'],
  ])('rejects at %s the code %s of the other provider', async (provider, code) => {
    const { send } = await openScene()
    const redirectUri = 'https://app.example.com/cb'
    const { status, body } = await send('POST', `auth/${provider}/callback`, { code, redirectUri })
    expect([status, body.error.code]).toEqual([401, 'auth/invalid-oauth-code'])
  })
})

describe('an email', () => {
  it('links to the callback URL with token and email, or to the reset page of the web app', async () => {
    const { send, control } = await openScene()
    const callbackUrl = 'https://app.example.com/verify?from=mail'
    await send('POST', 'auth/email/verify/send', { email: 'ruben@example.com', callbackUrl })
    await send('POST', 'auth/password/reset/request', { email: 'ruben@example.com' })
    const { mails } = await control<{ mails: { kind: string; to: string; links: string[] }[] }>(
      `inbox?to=${encodeURIComponent('ruben@example.com')}`,
    )
    const links = mails.flatMap((mail) => mail.links.map((link) => new URL(link)))
    const queries = links.map(({ origin, pathname, searchParams }) => [
      origin + pathname,
      [...searchParams.keys()].sort(),
      searchParams.get('email'),
    ])
    expect(queries).toEqual(
      expect.arrayContaining([
        ['https://app.example.com/verify', ['email', 'from', 'token'], 'ruben@example.com'],
        ['https://app.example.com/reset', ['email', 'token'], 'ruben@example.com'],
      ]),
    )
  })
})
