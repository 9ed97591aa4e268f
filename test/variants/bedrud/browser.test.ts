import { stripTypeScriptTypes } from 'node:module'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expandGuide, listGuides } from '../../../src/guides/index.ts'
import { type Listening, listen } from '../../../src/server/listen.ts'
import { launchBrowser, type TestBrowser } from '../../support/chromium.ts'
import { openSandbox } from '../../support/sandbox.ts'
import { lin, mary } from './support.ts'

let chromium: TestBrowser
let frontend: Listening

beforeAll(async () => {
  chromium = await launchBrowser()
  const page = '<!doctype html><title>Frontend</title><link rel="icon" href="data:,">'
  const html = { 'content-type': 'text/html' }
  frontend = await listen(() => new Response(page, { headers: html }), { host: 'localhost', port: 0 })
})
afterAll(async () => {
  await chromium.close()
  await frontend.close()
})

/** Opens a sandbox on one port and a frontend page on another. */
async function openPage() {
  let fetch: Parameters<typeof listen>[0] = () => new Response(null, { status: 503 })
  const api = await listen((...call) => fetch(...call), { host: 'localhost', port: 0 })
  const sandbox = await openSandbox('bedrud', { publicUrl: api.url })
  fetch = sandbox.fetch
  const context = await chromium.browser.newContext()
  const page = await context.newPage()
  await page.goto(frontend.url)

  /** Calls the API from the page, with JSON and cookies. */
  const call = (path: string, body?: unknown, bearer?: string): Promise<CallResult> =>
    page.evaluate(
      async ([url, body, bearer]) => {
        const response = await window.fetch(url, {
          method: body === undefined ? 'GET' : 'POST',
          credentials: 'include',
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        return { status: response.status, body: await response.json() }
      },
      [`${api.url}/api/auth${path}`, body, bearer] as const,
    )
  onTestFinished(async () => {
    await context.close()
    await api.close()
  })
  return { ...sandbox, page, call, url: api.url }
}

interface CallResult {
  status: number
  body: Record<string, unknown> & { user: { id: string }; accessToken: string }
}

interface Session {
  user: { id: string; email: string }
  accessToken: string
}

/** Adds a virtual authenticator that confirms without user interaction. */
async function addAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return { devtools, authenticatorId }
}

/** @returns the result of `credential.toJSON()`, which is one of the forms that the API accepts */
const create = (page: Page, options: unknown) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as never)
    return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON()
  }, options)
const get = (page: Page, options: unknown) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as never)
    return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON()
  }, options)

/** Resets the signature counters of the passkeys, as if they had been cloned earlier. */
async function resetCounters(devtools: CDPSession, authenticatorId: string) {
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
  await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
  for (const credential of credentials)
    await devtools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...credential, signCount: 0 },
    })
}

describe('in Chromium', () => {
  it('runs the code of the guide to passkeys', async () => {
    const { page, url } = await openPage()
    const { devtools, authenticatorId } = await addAuthenticator(page)
    const guide = (await listGuides('bedrud')).find(({ topic }) => topic === 'passkeys')
    const text = guide ? await expandGuide(guide, { baseUrl: url }) : ''
    const [, code = ''] = /^```typescript\n(const baseUrl[\s\S]*?)\n```$/m.exec(text) ?? []
    const names = 'signUpWithPasskey, signInWithPasskey, addPasskey'
    const content = `${stripTypeScriptTypes(code)}\nObject.assign(window, { ${names} })`
    await page.addScriptTag({ type: 'module', content })
    await page.waitForFunction('window.addPasskey')

    const signedUp = await page.evaluate<Session>("signUpWithPasskey('sam@example.com', 'Sam Okafor')")
    const signedIn = await page.evaluate<Session>('signInWithPasskey()')
    expect([signedUp.user.email, signedIn.user.id]).toEqual(['sam@example.com', signedUp.user.id])
    const add = () => page.evaluate(`addPasskey(${JSON.stringify(signedIn.accessToken)})`)
    await expect(add()).rejects.toThrow('InvalidStateError')
    await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    await addAuthenticator(page)
    expect(await add()).toEqual({ message: expect.any(String) })
    expect((await page.evaluate<Session>('signInWithPasskey()')).user.id).toBe(signedUp.user.id)
    await expect(page.evaluate("signUpWithPasskey('', '')")).rejects.toThrow('Invalid email format')
  })

  it('signs up, adds and signs in with passkeys, and rejects replayed and cloned ones', async () => {
    const { page, call } = await openPage()
    const { devtools, authenticatorId } = await addAuthenticator(page)
    const options = async (path: string, body: object, bearer?: string) =>
      (await call(`/passkey/${path}/begin`, body, bearer)).body

    const sam = { email: 'sam@example.com', name: 'Sam Okafor' }
    const signedUp = await call('/passkey/signup/finish', await create(page, await options('signup', sam)))
    expect([signedUp.status, signedUp.body.user]).toEqual([200, expect.objectContaining(sam)])
    expect((await call('/me')).body).toMatchObject({ email: sam.email, provider: 'passkey' })

    const assertion = await get(page, await options('login', {}))
    const signedIn = await call('/passkey/login/finish', assertion)
    expect(signedIn.body.user.id).toBe(signedUp.body.user.id)
    const replayed = await call('/passkey/login/finish', assertion)
    expect([replayed.status, replayed.body.error]).toEqual([400, 'Challenge not found or expired'])

    await resetCounters(devtools, authenticatorId)
    const cloned = await call('/passkey/login/finish', await get(page, await options('login', {})))
    expect([cloned.status, cloned.body.error]).toEqual([
      401,
      expect.stringContaining('signature counter did not advance'),
    ])

    await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
    const { email, password } = mary
    const bearer = (await call('/login', { email, password })).body.accessToken
    const attestation = await create(page, await options('register', {}, bearer))
    const added = await call('/passkey/register/finish', attestation, bearer)
    expect([added.status, added.body]).toEqual([200, { message: 'Passkey registered successfully' }])
    const again = await create(page, await options('register', {}, bearer)).catch((error) => String(error))
    expect(again).toContain('InvalidStateError')
    const named = await get(page, await options('login', { email }))
    expect((await call('/passkey/login/finish', named)).body.user.id).toBe(mary.id)
  })

  it('rejects a passkey of another origin', async () => {
    const { page, call, ...sandbox } = await openPage()
    await addAuthenticator(page)
    const [, port = ''] = /:(\d+)$/.exec(frontend.url) ?? []
    const otherServer = await openSandbox('bedrud', {
      mode: 'production',
      publicUrl: sandbox.publicUrl,
      webUrl: `http://localhost:${Number(port) + 1}`,
    })
    const post = async (path: string, body: unknown) =>
      (await otherServer.call('POST', `/api/auth/passkey/${path}`, body)).json()
    const options = await post('signup/begin', { email: 'sam@example.com', name: 'Sam Okafor' })
    expect(await post('signup/finish', await create(page, options))).toEqual({
      error: 'Passkey verification failed',
    })
  })

  it('redirects from Google to the frontend, whose page reads the profile with cookies only', async () => {
    const { page, call, control, publicUrl } = await openPage()
    await control('settings', { frontendUrl: frontend.url })
    // The redirects carry this fragment to the callback, whose own one replaces it.
    await page.goto(`${publicUrl}/api/auth/google/login#token=attacker`)
    await page.getByText('Lin Chen').click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${frontend.url}/auth/callback#`)
    expect((await call('/me')).body).toMatchObject({ id: lin.id, provider: 'google' })
    expect((await call('/refresh', {})).status).toBe(200)
    const cookies = await page.context().cookies(publicUrl)
    expect(cookies.map(({ name, httpOnly }) => [name, httpOnly]).sort()).toEqual([
      ['access_token', true],
      ['refresh_token', true],
    ])
  })
})
