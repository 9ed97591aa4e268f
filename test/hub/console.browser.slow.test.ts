import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { errorResponses, offlineRequests, useBrowser } from '../support/browser.ts'
import { servedNames } from '../support/served.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()
beforeAll(async () => {
  // The first request to each server loads it, which takes seconds on busy machines.
  await server.hub.warmUp()
  for (const variant of servedNames) await fetch(`${server.url}/sandbox/${variant}/__dev/seed`)
})

/** Opens a page of the hub that may receive responses with an error. */
const open = (path: string) => {
  const permissions = ['clipboard-read', 'clipboard-write']
  return openPage(server.url + path, { permissions, ignoredMessages: errorResponses })
}

/** Sends what the form holds, and returns the text of the response. */
async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const response = page.getByRole('region', { name: 'Response' })
  await response.getByRole('heading').waitFor()
  return response.innerText()
}

const choose = (page: Page, label: string, name: string | RegExp) =>
  page.getByRole('combobox', { name: label, exact: true }).evaluate(
    (select: HTMLSelectElement, pattern) => {
      const option = [...select.options].find(({ text }) => new RegExp(pattern).test(text))
      select.value = option?.value ?? 'missing'
      select.dispatchEvent(new Event('change', { bubbles: true }))
    },
    String(name instanceof RegExp ? name.source : name),
  )

describe.each(servedNames)('the console of %s', (variant) => {
  it.each(['sandbox', 'mock'])(
    'sends examples to the %s, and shows whether they keep the contract',
    async (target) => {
      const page = await open(`/console/${variant}?operation=signIn&target=${target}`)
      expect(await send(page)).toMatch(/200 [\s\S]*Request and response keep the contract/)
      await choose(page, 'Example', /^wrongPassword/)
      expect(await send(page)).toMatch(/401 [\s\S]*Request and response keep the contract/)
      await choose(page, 'Example', /violates the contract/)
      expect(await send(page)).toMatch(/4\d\d [\s\S]*This call violates the contract[\s\S]*request: /)
      const link = page.getByRole('link', { name: 'See it in the request log' })
      const [, id] = /#request-(\d+)$/.exec((await link.getAttribute('href')) ?? '') ?? []
      await link.click()
      await page.locator(`#request-${id}`).getByRole('heading', { name: 'Copy the request' }).waitFor()
    },
  )

  it('asks the mock for any declared response', async () => {
    const page = await open(`/console/${variant}`)
    expect(await page.getByRole('heading', { level: 2 }).last().textContent()).toMatch(/sign in|log in/i)
    await choose(page, 'Send to', 'Mock')
    for (const status of ['429', '503']) {
      await choose(page, 'Response of the mock', status)
      expect(await send(page)).toContain(`${status} `)
    }
  })

  it('signs in a seeded user, calls an operation as this user, and copies the code of the call', async () => {
    const operation = endpointsOf(await builtInApi(variant).readDocument()).find(
      ({ method, path, parameters, operation: { operationId, security } }) =>
        method === 'get' &&
        !path.includes('{') &&
        parameters.length <= 1 &&
        security?.length !== 0 &&
        operationId,
    )?.operation
    const page = await open(`/console/${variant}?operation=${operation?.operationId}`)
    expect(await send(page)).toMatch(/401 /)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Remembered until you leave this page').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('200', { exact: true }).waitFor()
    const token = await page.locator('input[name^="credential"]').last().inputValue()
    for (const [language, text] of [
      ['curl', 'curl -X GET'],
      ['PowerShell', 'Invoke-RestMethod'],
      ['fetch', 'await fetch('],
      ['Typed client', `${variant}.GET(`],
      ['Python', 'requests.get('],
    ] as const) {
      await page.getByRole('radio', { name: language }).check()
      await page.getByRole('button', { name: `Copy: ${language}` }).click()
      await page.getByText('Copied to the clipboard').waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      expect(copied).toContain(text)
      expect(copied).toContain(token)
      expect(copied).toContain(`${server.url}/sandbox/${variant}`)
    }
  })
})

describe('the console', () => {
  it('opens the operation, example and server that the URL names, and keeps the URL up to date', async () => {
    const page = await open('/console/bedrud?operation=signUp&example=emailTaken&target=mock')
    expect(await page.locator('textarea').inputValue()).toContain('ada@example.org')
    expect(await send(page)).toMatch(/409 /)
    await choose(page, 'Example', /^newcomer/)
    expect(page.url()).toMatch(/\?operation=signUp&example=newcomer&target=mock$/)
    await page.getByRole('searchbox', { name: 'Filter' }).fill('sign out')
    const menu = page.getByRole('navigation', { name: 'Operations' })
    expect(await menu.getByRole('link').count()).toBe(1)
    await menu.getByRole('link').click()
    expect(page.url()).toMatch(/\?operation=signOut$/)
    await page.goBack()
    await expect.poll(() => page.locator('textarea').inputValue()).toContain('Jane.Doe@')
  })

  it('says which values of the URL are unknown', async () => {
    const page = await open('/console/bedrud?operation=nope&target=zzz')
    const notice = page.getByText(
      'The URL has an unknown operation "nope" and an unknown target "zzz". The form has the default instead.',
    )
    await notice.waitFor()
    await choose(page, 'Example', /^wrongPassword/)
    await notice.waitFor({ state: 'detached' })
    await page.goto(`${server.url}/console/bedrud?operation=signUp&example=nope&target=mock`)
    await page.getByText('The URL has an unknown example "nope".').waitFor()
  })

  it('signs in users without a password, and says why a disabled user cannot sign in', async () => {
    const page = await open('/console/bedrud?operation=startPasskeyRegistration')
    await choose(page, 'Sign in as', /^Erin Stone/)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    expect(await page.getByRole('alert').filter({ hasText: /\w/ }).innerText()).toMatch(
      /disabled|deactivated/i,
    )
    await choose(page, 'Sign in as', /^Lin Chen/)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('(Lin Chen, signed in)').waitFor()
    const focused = page.locator(':focus')
    expect(await focused.innerText()).toBe('Sign in')
    expect(await send(page)).toMatch(/200 /)
  })

  it('sends the refresh token of the sign-in, and remembers the new one', async () => {
    const page = await open('/console/bkend')
    await send(page)
    await page
      .getByRole('navigation', { name: 'Operations' })
      .getByRole('link', { name: 'Refresh the tokens' })
      .click()
    expect(await send(page)).toMatch(/200 /)
    await page.getByText('accessToken, refreshToken (from refreshTokens)').waitFor()
    // The form still has the used token.
    expect(await send(page)).toMatch(/401 /)
  })

  it('sends the cookie of a sign-in only if it is chosen, and those of a ceremony always', async () => {
    const page = await open('/console/bedrud')
    await send(page)
    await page.goto(`${server.url}/console/bedrud?operation=getCurrentUser`)
    await page.getByLabel('bearer, sent as Authorization: Bearer …').waitFor()
    await page.getByText('Cookies: not sent, and not kept.').waitFor()
    expect(await send(page)).toMatch(/401 /)
    await choose(page, 'Send with', 'accessTokenCookie')
    await page.getByText('Cookies: sent and kept').waitFor()
    expect(await send(page)).toMatch(/200 /)
    await choose(page, 'Send with', 'No credentials')
    expect(await send(page)).toMatch(/401 /)

    await page.goto(`${server.url}/console/bedrud?operation=startPasskeySignIn`)
    await page.getByText('Cookies: sent and kept').waitFor()
    await send(page)
    expect((await page.context().cookies()).map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/passkey/i),
    )
  })

  it('shows a redirect, and opens its target in a new tab', async () => {
    const page = await open('/console/openfactory?operation=startOAuth')
    expect(await send(page)).toMatch(/302 [\s\S]*keep the contract/)
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open location in a new tab' }).click()
    await (await opened).getByRole('button', { name: 'Deny' }).waitFor()
  })

  it('warns of invalid JSON and sends it unchanged', async () => {
    const page = await open('/console/openfactory')
    await page.locator('textarea').fill('{"email": ')
    await page.getByText('Not valid JSON, and sent as it is.').waitFor()
    expect(await send(page)).toMatch(/400 /)
    expect(await page.getByRole('radio').count()).toBe(4)
  })

  it('explains why it cannot send a request', async () => {
    const page = await openPage(`${server.url}/console/bedrud?operation=startOAuth`, {
      ignoredMessages: offlineRequests,
    })
    const provider = page.getByRole('combobox', { name: 'provider' })
    await provider.fill('')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('Enter the path parameter provider.').waitFor()
    expect(await provider.evaluate((input) => input === document.activeElement)).toBe(true)
    await provider.fill('google')
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText(`No complete response from ${server.url}.`).waitFor()
  })

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
    // The policy of the page forbids the script of axe.
    const page = await openPage(`${server.url}/console/bkend?operation=updateUser&example=invalidName`, {
      colorScheme,
      bypassCSP: true,
      viewport: { width, height: 900 },
      ignoredMessages: errorResponses,
    })
    await send(page)
    await page.getByText('Headers (').click()
    if (width < 900) await page.getByText('Operations (').click()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
  })
})
