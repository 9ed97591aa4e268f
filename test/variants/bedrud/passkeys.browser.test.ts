import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, listen } from '../../../src/hub/listen.ts'
import type { Sandbox } from '../../../src/server/sandbox.ts'
import { createSandbox } from '../../../src/server/sandbox.ts'
import { launchBrowser, type TestBrowser } from '../../browser.ts'
import { lightHasher, listeningLog } from '../../support/sandbox.ts'

let chromium: TestBrowser
let api: Listening
let sandbox: Sandbox
/** A frontend has an origin of its own, as it does in development. */
const frontend = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<!doctype html>'),
)
let origin = ''

beforeAll(async () => {
  chromium = await launchBrowser()
  await new Promise<void>((resolve) => frontend.listen(0, '127.0.0.1', resolve))
  origin = `http://localhost:${(frontend.address() as AddressInfo).port}`
  api = await listen((request, connection) => sandbox.fetch(request, connection), {
    host: '127.0.0.1',
    port: 0,
  })
  sandbox = await createSandbox('bedrud', {
    publicUrl: api.url,
    hasher: lightHasher,
    log: listeningLog().log,
  })
})
afterAll(async () => {
  await chromium?.close()
  await api?.close()
  await sandbox?.close()
  frontend.close()
})

/** A browser of somebody, at the frontend, with an authenticator that never asks. */
async function device() {
  const context = await chromium.browser.newContext()
  const page = await context.newPage()
  await page.goto(origin)
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  /** Makes the authenticator's copy of the passkey forget its latest uses. */
  async function rewind() {
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
    await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
    for (const credential of credentials)
      await devtools.send('WebAuthn.addCredential', {
        authenticatorId,
        credential: { ...credential, signCount: 0 },
      })
  }
  return { page, rewind, close: () => context.close() }
}

interface Answer {
  status: number
  body: { accessToken: string; user: { email: string; provider: string }; error: string }
}

/** What a page does with the API, cookies included. */
const call = (page: Page, path: string, body?: unknown, token?: string): Promise<Answer> =>
  page.evaluate(
    async ([url, json, bearer]) => {
      const answer = await fetch(String(url), {
        method: 'POST',
        credentials: 'include',
        headers: {
          ...(json !== null && { 'content-type': 'application/json' }),
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        },
        ...(json !== null && { body: String(json) }),
      })
      return { status: answer.status, body: await answer.json() }
    },
    [`${api.url}/api/auth/${path}`, body === undefined ? null : JSON.stringify(body), token ?? null],
  )

const create = (page: Page, options: unknown) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as never)
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
    return credential.toJSON()
  }, options)

const get = (page: Page, options: unknown) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as never)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    return credential.toJSON()
  }, options)

describe('in Chromium, with the frontend on a port of its own', () => {
  it('somebody signs up with a passkey and signs in with it; replayed or cloned it is refused', async () => {
    const { page, rewind, close } = await device()
    const begun = await call(page, 'passkey/signup/begin', { email: 'kim@example.com', name: 'Kim' })
    const joined = await call(page, 'passkey/signup/finish', await create(page, begun.body))
    expect([joined.status, joined.body.user.provider]).toEqual([200, 'passkey'])

    const challenge = await call(page, 'passkey/login/begin', {})
    const assertion = await get(page, challenge.body)
    const entered = await call(page, 'passkey/login/finish', assertion)
    expect([entered.status, entered.body.user.email]).toEqual([200, 'kim@example.com'])
    const replayed = await call(page, 'passkey/login/finish', assertion)
    expect([replayed.status, replayed.body.error]).toEqual([400, 'Challenge not found or expired'])

    await rewind()
    const copied = await get(page, (await call(page, 'passkey/login/begin', {})).body)
    const refused = await call(page, 'passkey/login/finish', copied)
    expect([refused.status, refused.body.error]).toEqual([
      401,
      'authentication verification failed: possible cloned authenticator (signature counter did not advance)',
    ])
    await close()
  })

  it('somebody with a password adds a passkey, and signs in with it from another start', async () => {
    const { page, close } = await device()
    const mary = { email: 'mary.major@example.com', password: 'harbour lights at nine' }
    const { accessToken } = (await call(page, 'login', mary)).body
    const begun = await call(page, 'passkey/register/begin', undefined, accessToken)
    const added = await call(page, 'passkey/register/finish', await create(page, begun.body), accessToken)
    expect([added.status, added.body]).toEqual([200, { message: 'Passkey registered successfully' }])
    const challenge = await call(page, 'passkey/login/begin', { email: mary.email })
    const entered = await call(page, 'passkey/login/finish', await get(page, challenge.body))
    expect([entered.status, entered.body.user.email]).toEqual([200, mary.email])
    await close()
  })

  it('an answer that was made for one ceremony or on another page opens nothing', async () => {
    const { page, close } = await device()
    const begun = await call(page, 'passkey/signup/begin', { email: 'noa@example.com', name: 'Noa' })
    const credential = await create(page, begun.body)
    expect((await call(page, 'passkey/login/finish', credential)).status).toBe(400)
    const elsewhere = JSON.stringify({
      ...JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url').toString()),
      origin: 'https://evil.example',
    })
    const forged = {
      ...credential,
      response: { ...credential.response, clientDataJSON: Buffer.from(elsewhere).toString('base64url') },
    }
    const refused = await call(page, 'passkey/signup/finish', forged)
    expect([refused.status, refused.body.error]).toEqual([400, 'Passkey verification failed'])
    const spent = await call(page, 'passkey/signup/finish', credential)
    expect([spent.status, spent.body.error]).toEqual([400, 'Signup session expired or not found'])
    await close()
  })
})
