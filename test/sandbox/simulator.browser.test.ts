import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { consumeOAuthState, finishOAuth, startOAuth } from '../../src/core/oauth.ts'
import { createSimulator } from '../../src/sandbox/simulator/index.ts'
import { launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import { requestMeta, testCore } from '../core/oauth.fixture.ts'

let chromium: TestBrowser
const server = createServer()
let base = ''

beforeAll(async () => {
  chromium = await launchBrowser()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await chromium.close()
  server.close()
})

/** Starts a server that signs users in with the simulated Google on the same port. */
function serve() {
  const { core } = testCore()
  const simulator = createSimulator({ url: `${base}/dev/providers` })
  const providers = oauthProviders(simulator.providers)
  const policy = { linking: 'never', acceptsUnverifiedEmail: false, syncsProfile: true } as const
  const app = new Hono()
  app.all('/dev/providers/*', (c) => simulator.fetch(c.req.raw))
  app.get('/login', async (c) => {
    const start = {
      provider: 'google',
      realm: '',
      redirectUri: `${base}/callback`,
      browserNonce: null,
      redirectTo: null,
      requestMeta,
    }
    return c.redirect((await startOAuth(core, providers, start)).authorizationUrl)
  })
  app.get('/callback', async (c) => {
    const { state = '', iss: issuer, ...parameters } = c.req.query()
    const attempt = await consumeOAuthState(core, providers, {
      provider: 'google',
      state,
      issuer,
      browserNonce: null,
      requestMeta,
    })
    const outcome = await finishOAuth(core, providers, attempt, parameters, policy, requestMeta).then(
      ({ issued: { user } }) => `Hello ${user.name} <${user.email}>`,
      (error) => error.code,
    )
    return c.text(outcome)
  })
  server.removeAllListeners('request')
  server.on('request', getRequestListener(app.fetch))
}

describe('the consent page in a browser', () => {
  type Page = import('playwright-core').Page
  const emailField = (page: Page) => page.getByLabel('Another email address')
  const press = (button: string) => (page: Page) => page.getByRole('button', { name: button }).click()
  const robin = 'Hello Robin Reed <robin.reed@example.com>'
  const choices: [string, (page: Page) => Promise<void>, (page: Page) => Promise<void>, string][] = [
    ['Allow', async () => {}, press('Allow'), robin],
    ['Allow', (page) => page.getByText('Uma Brandt').click(), press('Allow'), 'oauthEmailMissing'],
    ['Deny', async () => {}, press('Deny'), 'oauthDenied'],
    ['Deny with an incomplete email', (page) => emailField(page).fill('me@'), press('Deny'), 'oauthDenied'],
    [
      'Allow with an entered email',
      (page) => emailField(page).fill('me@example.org'),
      press('Allow'),
      'Hello me <me@example.org>',
    ],
    [
      'Enter in the email field',
      (page) => emailField(page).fill('me@example.org'),
      (page) => page.keyboard.press('Enter'),
      'Hello me <me@example.org>',
    ],
    [
      'Enter on an account',
      (page) => page.getByRole('radio', { name: 'Robin Reed' }).focus(),
      (page) => page.keyboard.press('Enter'),
      robin,
    ],
  ]

  it.each(choices)(
    '%s redirects to the app, which gets the expected user or error',
    async (_, choose, decide, outcome) => {
      serve()
      const page = await chromium.browser.newPage()
      const { hosts, consoleErrors } = watchPage(page)
      await page.goto(`${base}/login`)
      expect(await page.title()).toBe('Sign in with Google (simulated)')
      await choose(page)
      await decide(page)
      await page.waitForURL(/callback/)
      expect(await page.textContent('body')).toBe(outcome)
      expect({ hosts: [...hosts], consoleErrors }).toEqual({ hosts: [new URL(base).host], consoleErrors: [] })
      await page.close()
    },
  )

  it('disables the list of accounts while an email is entered', async () => {
    serve()
    const page = await chromium.browser.newPage()
    await page.goto(`${base}/login`)
    const hint = page.getByText('You will sign in with this email address.')
    const chosen = page.getByRole('radio', { name: 'Robin Reed' })
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
    await emailField(page).fill('me@example.org')
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([true, false])
    await emailField(page).clear()
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
    await page.close()
  })
})
