import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as clients from '../../src/client/index.ts'
import type { createHandlers } from '../../src/msw/index.ts'
import { watchPage } from '../support/browser.ts'
import { launchBrowser, type TestBrowser } from '../support/chromium.ts'

/** The global variables of the page. */
declare const frontend: typeof clients & {
  createHandlers: typeof createHandlers
  setupWorker: typeof import('msw/browser').setupWorker
}

const root = resolve(import.meta.dirname, '../..')
/** Where the imports of the script are resolved. */
const virtualFile = join(root, 'test/frontend.ts')
const script = `
import { setupWorker } from 'msw/browser'
import * as clients from ${JSON.stringify(join(root, 'src/client/index.ts'))}
import { createHandlers } from ${JSON.stringify(join(root, 'src/msw/index.ts'))}
globalThis.frontend = { ...clients, createHandlers, setupWorker }`

/** Bundles the script of a frontend. Returns its files by path. */
async function bundleFrontend(): Promise<Map<string, string>> {
  const build = await rolldown({
    input: 'frontend',
    platform: 'browser',
    plugins: [
      {
        name: 'frontend',
        resolveId: (id) => (id === 'frontend' ? virtualFile : null),
        load: (id) => (id === virtualFile ? script : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', entryFileNames: 'frontend.js' })
  await build.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  return new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]))
}

let chromium: TestBrowser
let files: Map<string, string>
const server = createServer(({ url = '/' }, response) => {
  const code = files.get(url)
  if (code !== undefined) return response.setHeader('content-type', 'text/javascript').end(code)
  response.statusCode = url === '/' ? 200 : 404
  response.setHeader('content-type', 'text/html')
  return response.end(
    '<!doctype html><link rel=icon href=data:,><script type=module src=/frontend.js></script>',
  )
})

beforeAll(async () => {
  ;[chromium, files] = await Promise.all([launchBrowser(), bundleFrontend()])
  const worker = fileURLToPath(import.meta.resolve('msw/mockServiceWorker.js'))
  files.set('/mockServiceWorker.js', readFileSync(worker, 'utf8'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  await chromium.close()
  server.close()
})

/** Opens the page of a frontend, with the script above. */
async function openFrontend(): Promise<{ page: Page } & ReturnType<typeof watchPage>> {
  const page = await chromium.browser.newPage()
  const watched = watchPage(page)
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'frontend' in globalThis)
  return { page, ...watched }
}

describe('the handlers in a browser', () => {
  it('lets a client sign up, read a mail and refresh a token through the service worker', async () => {
    const { page, hosts, consoleErrors } = await openFrontend()
    const result = await page.evaluate(async () => {
      const { createHandlers, setupWorker, createBkendClient } = frontend
      const baseUrl = 'https://api.example.com'
      const auth = await createHandlers('bkend', { baseUrl })
      await setupWorker(...auth.handlers).start({ quiet: true })
      const bkend = createBkendClient({ baseUrl, apiKey: `pk_${'0123456789abcdef'.repeat(4)}` })
      const person = { email: 'kim@example.com', password: 'lantern-over-4-hills' }
      await bkend.POST('/v1/auth/email/signup', { body: { ...person, name: 'Kim' } })
      await bkend.POST('/v1/auth/email/verify/send', { body: { email: person.email } })
      const { tokens } = await auth.inbox.latest(person.email)
      await bkend.POST('/v1/auth/email/verify/confirm', {
        body: { email: person.email, token: tokens[0] ?? '' },
      })
      const before = await bkend.tokens.get()
      await auth.clock.advance('2h')
      const { data } = await bkend.GET('/v1/auth/me')
      const { url, tokens: social } = await auth.oauth.approve('google', {
        account: 'robin.reed@example.com',
      })
      await bkend.tokens.set(social ?? { accessToken: '' })
      const robin = await bkend.GET('/v1/auth/me')
      return {
        url: url.origin,
        robin: robin.data?.email,
        data,
        isRenewed: before?.accessToken !== (await bkend.tokens.get())?.accessToken,
      }
    })
    expect(result).toMatchObject({
      data: { email: 'kim@example.com', emailVerified: expect.any(String) },
      isRenewed: true,
      robin: 'robin.reed@example.com',
      url: new URL(page.url()).origin,
    })
    expect(consoleErrors.filter((text) => !text.includes('401'))).toEqual([])
    expect([...hosts]).toEqual([expect.stringContaining('localhost'), 'api.example.com'])
  })

  it('keeps the cookies of a sign-up with a passkey', async () => {
    const { page, consoleErrors } = await openFrontend()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    const statuses = await page.evaluate(async () => {
      const { createHandlers, setupWorker, createBedrudClient } = frontend
      const baseUrl = 'https://api.example.com'
      const auth = await createHandlers('bedrud', { baseUrl })
      await setupWorker(...auth.handlers).start({ quiet: true })
      const bedrud = createBedrudClient({ baseUrl, credentials: 'include' })
      const body = { email: 'kim@example.com', name: 'Kim' }
      const started = await bedrud.POST('/api/auth/passkey/signup/begin', { body })
      const creation = PublicKeyCredential.parseCreationOptionsFromJSON(started.data as never)
      const created = (await navigator.credentials.create({ publicKey: creation })) as PublicKeyCredential
      const response = created.toJSON().response as AuthenticatorAttestationResponseJSON
      const signedUp = await bedrud.POST('/api/auth/passkey/signup/finish', {
        body: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
      })
      const byCookie = await fetch(`${baseUrl}/api/auth/me`, { credentials: 'include' })
      const without = await fetch(`${baseUrl}/api/auth/me`)
      return [started.response.status, signedUp.response.status, byCookie.status, without.status]
    })
    expect(statuses).toEqual([200, 200, 200, 401])
    expect(consoleErrors.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('keeps users, cookies and the time when the page is reloaded, until a reset', async () => {
    const { page } = await openFrontend()
    const start = () =>
      page.evaluate(async () => {
        const { createHandlers, setupWorker } = frontend
        const auth = await createHandlers('bedrud', { baseUrl: '/backend', storage: sessionStorage })
        await setupWorker(...auth.handlers).start({ quiet: true })
        Object.assign(globalThis, { auth })
      })
    const statusOf = (method: string, path: string, body?: object) =>
      page.evaluate(
        async ({ body, ...request }) =>
          (
            await fetch(request.path, {
              method: request.method,
              ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
            })
          ).status,
        { method, path, body },
      )
    const person = { email: 'kim@example.com', password: 'lantern-over-4-hills' }
    const me = '/backend/api/auth/me'
    await start()
    expect(await statusOf('POST', '/backend/api/auth/register', { ...person, name: 'Kim' })).toBe(200)
    await page.evaluate("auth.clock.advance('59m')")
    await page.reload()
    await start()
    expect(await statusOf('GET', me)).toBe(200)
    await page.evaluate("auth.clock.advance('2m')")
    expect(await statusOf('GET', me)).toBe(401)
    expect(await statusOf('POST', '/backend/api/auth/login', person)).toBe(200)
    await page.evaluate('auth.reset()')
    await page.reload()
    await start()
    expect(await statusOf('POST', '/backend/api/auth/login', person)).toBe(401)
  })
})
