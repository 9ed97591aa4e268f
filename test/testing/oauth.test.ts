import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createBedrudClient, createBkendClient } from '../../src/client/index.ts'
import { adapters } from '../../src/testing/adapters/index.ts'
import type { OAuthResult, ProviderError } from '../../src/testing/index.ts'
import { servedNames } from '../support/served.ts'
import { start } from './sandbox.ts'

const withOAuth = servedNames.filter((name) => adapters[name]?.oauth)

/** How the callback ends after a denial. */
const denials: Partial<Record<VariantName, (result: { status: number; url: string }) => void>> = {
  bedrud: ({ status }) => expect(status).toBe(400),
  bkend: ({ url }) => expect(url).toContain('error=auth%2Foauth-callback-failed'),
  openfactory: ({ url }) => expect(url).toContain('error=access_denied'),
}

describe.each(withOAuth)('oauth of %s', (name) => {
  it('approves a sign-in as a new user', async () => {
    const { oauth } = await start(name)
    const { callbackUrl, response, tokens } = await oauth.approve('google')
    expect(new URL(callbackUrl).searchParams.get('code')).toBeTruthy()
    expect(response?.status).toBeLessThan(400)
    expect(tokens?.accessToken).toBeTruthy()
  })

  it('denies a sign-in', async () => {
    const { oauth } = await start(name)
    const { callbackUrl, response, url, tokens } = await oauth.deny('github')
    expect(new URL(callbackUrl).searchParams.get('error')).toBe('access_denied')
    expect(tokens).toBeUndefined()
    denials[name]?.({ status: response?.status ?? 0, url: url.href })
  })

  it('leaves the callback to the browser that shows the consent page', async () => {
    const sandbox = await start(name, { webUrl: 'http://localhost:3000' })
    const path = adapters[name]?.oauth?.startPath('google', 'http://localhost:3000') ?? ''
    const { headers } = await sandbox.signIn()
    const begun = await fetch(sandbox.url + path, { headers, redirect: 'manual' })
    const authorization = begun.headers.get('location') ?? (await begun.json()).authorizationUrl
    const consentPage = (await fetch(authorization, { redirect: 'manual' })).headers.get('location') ?? ''
    const result = await sandbox.oauth.approve(consentPage, { account: 'new@example.com' })
    expect(result).toEqual({
      callbackUrl: expect.stringContaining('code='),
      url: new URL(result.callbackUrl),
    })
    // The consent is decided.
    await expect(sandbox.oauth.deny(consentPage)).rejects.toThrow(/^No pending consent /)
  })
})

/** How the callback ends: the text of the error, or else the `error` of the redirect. */
const endOf = async ({ response, url }: OAuthResult) =>
  response?.status === 302
    ? url.searchParams.get('error')
    : `${response?.status} ${(await response?.json())?.error}`

/** The errors of each API: of the body, or of the redirect to the frontend. */
const failures: Partial<Record<VariantName, Record<ProviderError | 'withoutEmail' | 'taken', string>>> = {
  bedrud: {
    server_error: '400 Failed to complete authentication',
    temporarily_unavailable: '400 Failed to complete authentication',
    invalid_code: '400 Failed to complete authentication',
    profile_unavailable: '500 Failed to complete authentication',
    withoutEmail: '400 Email not provided by OAuth provider',
    taken: '409 An account with this email already exists via a different sign-in method',
  },
  bkend: {
    server_error: 'auth/oauth-callback-failed',
    temporarily_unavailable: 'auth/oauth-callback-failed',
    invalid_code: 'auth/invalid-oauth-code',
    profile_unavailable: 'auth/oauth-callback-failed',
    withoutEmail: 'auth/oauth-callback-failed',
    taken: 'auth/account-exists-different-provider',
  },
  openfactory: {
    server_error: 'server_error',
    temporarily_unavailable: 'temporarily_unavailable',
    invalid_code: 'invalid_code',
    profile_unavailable: 'unable_to_get_user_info',
    withoutEmail: 'email_not_found',
    taken: 'account_not_linked',
  },
}

/** Listed accounts with the email of a user who has a password. */
const takenAccounts: Partial<Record<VariantName, string>> = {
  bedrud: 'Mary',
  bkend: 'Mina',
  openfactory: 'Ada',
}

const providersOf = (name: VariantName) =>
  name === 'bedrud' ? ['google', 'github', 'twitter'] : ['google', 'github']

describe.each(withOAuth.flatMap((name) => providersOf(name).map((provider) => [name, provider] as const)))(
  'a sign-in of %s at %s',
  (name, provider) => {
    const errors: ProviderError[] = [
      'server_error',
      'temporarily_unavailable',
      'invalid_code',
      'profile_unavailable',
    ]
    it.each(errors)('fails with the error of the API for %s', async (error) => {
      const { oauth } = await start(name)
      const result = await oauth.fail(provider, error)
      expect(result.tokens).toBeUndefined()
      expect(await endOf(result)).toBe(failures[name]?.[error])
    })

    it('fails with the error of the API if the account reports no email, or one that is taken', async () => {
      const { oauth } = await start(name)
      const withoutEmail = await oauth.approve(provider, { account: 'Robin', withoutEmail: true })
      const taken = await oauth.approve(provider, { account: takenAccounts[name] ?? '' })
      expect([await endOf(withoutEmail), await endOf(taken)]).toEqual([
        failures[name]?.withoutEmail,
        failures[name]?.taken,
      ])
    })

    it('applies the rules of the API to a listed account whose email is not verified', async () => {
      const { oauth } = await start(name)
      const result = await oauth.approve(provider, { account: 'Robin', emailVerified: false })
      // Only one of the APIs accepts unverified emails.
      if (name === 'bkend') expect(result.tokens?.accessToken).toBeTruthy()
      else expect(await endOf(result)).toBe(failures[name]?.withoutEmail)
    })
  },
)

it('approves a sign-in from the response of its start, as a listed account', async () => {
  const sandbox = await start('bedrud')
  const client = createBedrudClient({ baseUrl: sandbox.url })
  const params = { path: { provider: 'google' } } as const
  const { response: started } = await client.GET('/api/auth/{provider}/login', { params })
  const { response } = await sandbox.oauth.approve(started, { account: 'Lin' })
  expect(await response?.json()).toMatchObject({ user: { email: 'lin.chen@example.net' } })
})

it('approves a sign-in from its authorization URL', async () => {
  const sandbox = await start('bkend')
  const apiKey = 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
  const client = createBkendClient({ baseUrl: sandbox.url, apiKey })
  const params = { path: { provider: 'github' }, query: { redirect: 'http://localhost:3000/done' } } as const
  const { data } = await client.GET('/v1/auth/{provider}/authorize', { params })
  const { url } = await sandbox.oauth.approve(data?.authorizationUrl ?? '', {
    account: 'kim@example.com',
  })
  expect(url.pathname).toBe('/done')
  expect(url.searchParams.get('isNewUser')).toBe('true')
})

it('returns the refusal of an email that the provider has not verified', async () => {
  const { oauth } = await start('bedrud')
  const { response, tokens } = await oauth.approve('google', {
    account: 'kim@example.com',
    emailVerified: false,
  })
  expect(response?.status).toBe(400)
  expect(tokens).toBeUndefined()
})

it('explains why a sign-in cannot start', async () => {
  const { oauth, url } = await start('bedrud')
  await expect(oauth.approve('/api/auth/facebook/login')).rejects.toThrow(
    `The sign-in cannot start: ${url}/api/auth/facebook/login responded with 400 {"error":"Unsupported OAuth provider"}`,
  )
  await expect(oauth.approve('https://accounts.google.com/o/oauth2/v2/auth')).rejects.toThrow(
    'The sign-in leads to https://accounts.google.com, which the sandbox does not simulate.',
  )
  await expect(oauth.approve('google', { account: 'Nobody' })).rejects.toThrow('Unknown account Nobody.')
  await expect(oauth.approve('facebook')).rejects.toThrow(
    '"facebook" is neither a URL nor a path of the API, nor one of its providers: google, github, twitter.',
  )
  const { oauth: none } = await start('bondmcp')
  await expect(none.approve('google')).rejects.toThrow('This API has no sign-in with OAuth providers.')
})
