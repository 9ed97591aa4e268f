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

/** A server that signs people in with Google, as far as Google is the simulator on the same port. */
function serve() {
  const { core } = testCore()
  const simulator = createSimulator({ url: `${base}/dev/providers` })
  const providers = oauthProviders(simulator.providers)
  const policy = { linking: 'never', acceptsUnverified: false, followsProfile: true } as const
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
    const { state = '', iss: issuer, ...answer } = c.req.query()
    const attempt = await consumeOAuthState(core, providers, {
      provider: 'google',
      state,
      issuer,
      browserNonce: null,
      requestMeta,
    })
    const outcome = await finishOAuth(core, providers, attempt, answer, policy, requestMeta).then(
      ({ issued: { user } }) => `Hello ${user.name} <${user.email}>`,
      (error) => error.code,
    )
    return c.text(outcome)
  })
  server.removeAllListeners('request')
  server.on('request', getRequestListener(app.fetch))
}

describe('in a browser, the consent page', () => {
  type Page = import('playwright-core').Page
  const address = (page: Page) => page.getByLabel('Another address')
  const press = (button: string) => (page: Page) => page.getByRole('button', { name: button }).click()
  const robin = 'Hello Robin Reed <robin.reed@example.com>'
  const choices: [string, (page: Page) => Promise<void>, (page: Page) => Promise<void>, string][] = [
    ['Allow', async () => {}, press('Allow'), robin],
    ['Allow', (page) => page.getByText('Uma Brandt').click(), press('Allow'), 'oauthEmailMissing'],
    ['Deny', async () => {}, press('Deny'), 'oauthDenied'],
    ['Deny beside half an address', (page) => address(page).fill('me@'), press('Deny'), 'oauthDenied'],
    [
      'Allow with an address that was typed and nothing else',
      (page) => address(page).fill('me@example.org'),
      press('Allow'),
      'Hello me <me@example.org>',
    ],
    [
      'Enter behind an address',
      (page) => address(page).fill('me@example.org'),
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

  it.each(choices)('%s leads back to the app, which learns who it is', async (_, choose, decide, outcome) => {
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
  })

  it('shows that a typed address takes the place of the list', async () => {
    serve()
    const page = await chromium.browser.newPage()
    await page.goto(`${base}/login`)
    const hint = page.getByText('You sign in by this address.')
    const chosen = page.getByRole('radio', { name: 'Robin Reed' })
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
    await address(page).fill('me@example.org')
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([true, false])
    await address(page).clear()
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
    await page.close()
  })
})
