import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUser } from '../../src/core/accounts.ts'
import {
  type Assertion,
  type Attestation,
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../src/core/passkeys.ts'
import { insert } from '../../src/core/store.ts'
import { launchBrowser, type TestBrowser } from '../support/chromium.ts'
import { requestMeta, testCore } from './oauth.fixture.ts'

let chromium: TestBrowser
const server = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<!doctype html>'),
)
let port = 0

beforeAll(async () => {
  chromium = await launchBrowser()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  await chromium.close()
  server.close()
})

/** Opens a page with a virtual authenticator that needs no user interaction. */
async function openPage(host = 'localhost') {
  const page = await chromium.browser.newPage()
  await page.goto(`http://${host}:${port}/`)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return { page, devtools, authenticatorId }
}

const create = (page: Page, options: object) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as never)
    const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
    return credential.toJSON().response
  }, options) as Promise<Attestation>

const get = (page: Page, options: object) =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as never)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
    const { id, response } = credential.toJSON()
    return { credentialId: id, ...response }
  }, options) as Promise<Assertion>

/** Resets the signature counter, as in a copy of the authenticator. */
async function resetCounter(devtools: CDPSession, authenticatorId: string) {
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
  await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
  for (const credential of credentials)
    await devtools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...credential, signCount: 0 },
    })
}

describe('passkeys in a browser', () => {
  const realm = ''
  const browserNonce = 'this browser'
  const relyingPartyAt = (allowed: string) => ({
    rpId: 'localhost',
    rpName: 'Test',
    allowsOrigin: (origin: string) => origin === allowed,
  })

  it('accepts real passkeys, but rejects replayed, cloned and cross-origin ones', async () => {
    const { core } = testCore()
    const relyingParty = relyingPartyAt(`http://localhost:${port}`)
    const { page, devtools, authenticatorId } = await openPage()
    const signIn = async (assertion: Assertion) =>
      finishPasskeySignIn(core, relyingParty, { realm, browserNonce, assertion, requestMeta })

    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const attestation = await create(page, await startPasskeySignUp(core, relyingParty, start))
    const sam = await finishPasskeySignUp(core, relyingParty, {
      realm,
      browserNonce,
      attestation,
      requestMeta,
    })
    const assertion = await get(page, await startPasskeySignIn(core, relyingParty, { realm, browserNonce }))
    expect((await signIn(assertion)).user.id).toBe(sam.user.id)
    await expect(signIn(assertion)).rejects.toMatchObject({ code: 'passkeyChallengeNotFound' })

    await resetCounter(devtools, authenticatorId)
    const cloned = await get(page, await startPasskeySignIn(core, relyingParty, { realm, browserNonce }))
    await expect(signIn(cloned)).rejects.toMatchObject({ code: 'passkeyCloned' })

    const user = newUser(core, { realm, email: 'ada@example.org', name: 'Ada' })
    await core.store.write([insert('users', user)])
    await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
    const added = await create(
      page,
      await startPasskeyRegistration(core, relyingParty, { user, authority: [] }),
    )
    await finishPasskeyRegistration(core, relyingParty, {
      user,
      attestation: added,
      authority: [],
      requestMeta,
    })
    const byEmail = await startPasskeySignIn(core, relyingParty, {
      realm,
      browserNonce,
      email: 'ada@example.org',
    })
    expect((await signIn(await get(page, byEmail))).user.id).toBe(user.id)

    const elsewhere = relyingPartyAt('http://localhost:1')
    const foreign = await get(page, await startPasskeySignIn(core, elsewhere, { realm, browserNonce }))
    await expect(
      finishPasskeySignIn(core, elsewhere, { realm, browserNonce, assertion: foreign, requestMeta }),
    ).rejects.toMatchObject({ code: 'passkeyRefused' })
    await page.close()
  })
})
