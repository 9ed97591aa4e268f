import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { consumeOAuthState, finishOAuth, startOAuth } from '../../src/core/oauth.ts'
import { createSimulator } from '../../src/sandbox/simulator/index.ts'
import { requestMeta, testCore } from '../core/oauth.fixture.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { useBrowser } from '../support/browser.ts'

const openPage = useBrowser()
const server = createServer()
let base = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

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
  const choose = (label: string) => async (page: Page) => {
    await page
      .getByRole('group', { name: 'What the provider does' })
      .getByLabel('After Allow')
      .selectOption({ label })
  }
  const robin = 'Hello Robin Reed <robin.reed@example.com>'
  const choices: [string, (page: Page) => Promise<void>, (page: Page) => Promise<void>, string][] = [
    ['Allow', async () => {}, press('Allow'), robin],
    [
      'Allow with an account that is rejected',
      async (page) => {
        await page.getByText('Accounts that the API rejects').click()
        await page.getByText('Uma Brandt').click()
      },
      press('Allow'),
      'oauthEmailMissing',
    ],
    [
      'Allow without a verified email',
      choose('Signs in, but has not verified the email'),
      press('Allow'),
      'oauthEmailMissing',
    ],
    ['Allow without an email', choose('Signs in, but reports no email'), press('Allow'), 'oauthEmailMissing'],
    [
      'an error of the provider',
      choose('Redirects with the error server_error'),
      press('Allow'),
      'oauthDenied',
    ],
    [
      'an invalid code',
      choose('Redirects with a code that it then rejects'),
      press('Allow'),
      'invalidOAuthCode',
    ],
    [
      'an unreadable profile',
      choose('Accepts the code, but returns no profile'),
      press('Allow'),
      'oauthProfileUnreadable',
    ],
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
      const page = await openPage(`${base}/login`)
      expect(await page.title()).toBe('Sign in with Google (simulated)')
      await choose(page)
      await decide(page)
      await page.waitForURL(/callback/)
      expect(await page.textContent('body')).toBe(outcome)
    },
  )

  it('redirects late from a slow provider', async () => {
    serve()
    const page = await openPage(`${base}/login`)
    await page.getByLabel('Delay').selectOption('2 seconds')
    const started = performance.now()
    await press('Allow')(page)
    await page.waitForURL(/callback/)
    expect(performance.now() - started).toBeGreaterThan(1990)
    expect(await page.textContent('body')).toBe(robin)
  })

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
    serve()
    const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
    const page = await openPage(`${base}/login`, options)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it.each([
    [520, 720],
    [360, 900],
  ])('shows all choices without scrolling in a window of %d × %d pixels', async (width, height) => {
    serve()
    const page = await openPage(`${base}/login`, { viewport: { width, height } })
    const deny = page.getByRole('button', { name: 'Deny' })
    const { y = 0, height: size = 0 } = (await deny.boundingBox()) ?? {}
    expect(y + size).toBeLessThan(height)
    for (const choice of [emailField(page), page.getByLabel('After Allow'), page.getByLabel('Delay')]) {
      const box = await choice.boundingBox()
      expect((box?.y ?? height) + (box?.height ?? 0)).toBeLessThan(y)
    }
  })

  it('disables the list of accounts while an email is entered', async () => {
    serve()
    const page = await openPage(`${base}/login`)
    const hint = page.getByText('You will sign in with this email address.')
    const chosen = page.getByRole('radio', { name: 'Robin Reed' })
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
    await emailField(page).fill('me@example.org')
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([true, false])
    await emailField(page).clear()
    expect([await hint.isVisible(), await chosen.isVisible()]).toEqual([false, true])
  })
})
