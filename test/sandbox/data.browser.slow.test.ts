import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSandbox } from '../../src/sandbox/index.ts'
import { listen } from '../../src/server/listen.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { errorResponses, type PageOptions, useBrowser } from '../support/browser.ts'
import { lightHasher } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

let count = 0

/** Opens the page of a new sandbox in the hub. */
async function openData(api: string, options: PageOptions = {}) {
  const url = `${server.url}/sandbox/${api}/~data-${count++}`
  return { page: await openPage(`${url}/__dev/data`, options), url }
}

/** The text after a label in the panel of the session. */
const textOf = (page: Page, label: string) =>
  page.locator(`.label:text-is("${label}") + .copyable code`).textContent()

async function signInAs(page: Page, name: string) {
  await page.getByRole('button', { name: `Sign in as ${name}`, exact: true }).click()
  await page.getByRole('heading', { name: `Signed in as ${name}` }).waitFor()
}

it('generates an API key, shows it once, and revokes it, all by the operations of the API', async () => {
  const { page, url } = await openData('bondmcp')
  await signInAs(page, 'Mary')
  const keys = page.getByRole('region', { name: 'Settings > API Keys' })
  await keys.getByRole('row', { name: /^CI/ }).waitFor()
  await keys.getByLabel('Name').fill('Nightly export')
  await keys.getByLabel('Description').fill('Copies results')
  await keys.getByRole('button', { name: 'Generate a new API key' }).click()
  await keys.getByText('Store this key securely. It will only be shown once.').waitFor()
  const key = (await textOf(page, 'New API key')) ?? ''
  const list = () => fetch(`${url}/mcp/health-ai/models`, { headers: { authorization: `Bearer ${key}` } })
  expect((await list()).status).toBe(200)

  const row = keys.getByRole('row', { name: /^Nightly export/ })
  expect(await row.textContent()).toContain('Copies results')
  await page.reload()
  await signInAs(page, 'Mary')
  await row.waitFor()
  expect(await page.locator('main').textContent()).not.toContain(key)

  await row.getByRole('button', { name: 'Revoke Nightly export' }).click()
  await row.waitFor({ state: 'detached' })
  expect((await list()).status).toBe(401)
})

it('generates one API key when the button is clicked twice', async () => {
  const { page, url } = await openData('bondmcp', { ignoredMessages: errorResponses })
  await signInAs(page, 'Mary')
  await page.getByLabel('Name', { exact: true }).fill('Twice')
  await page.getByRole('button', { name: 'Generate a new API key' }).dblclick()
  await page.getByText('New API key', { exact: true }).waitFor()
  await page.getByRole('status').getByText('API key generated').waitFor()
  expect(await page.getByRole('row', { name: /^Twice/ }).count()).toBe(1)

  await fetch(`${url}/__dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: 3601 }),
  })
  await page.getByLabel('Name', { exact: true }).fill('Too late')
  await page.getByRole('button', { name: 'Generate a new API key' }).click()
  await page.getByRole('alert').getByText('401: ').waitFor()
  expect(await page.getByText('API key generated').count()).toBe(0)
})

it('shows the error of the API when an account has the maximum number of keys', async () => {
  const { page } = await openData('bondmcp', { ignoredMessages: errorResponses })
  await signInAs(page, 'Ada')
  await page.getByLabel('Name', { exact: true }).fill('Sixth')
  await page.getByRole('button', { name: 'Generate a new API key' }).click()
  await page.getByText('403: API key limit of the plan reached').waitFor()
})

it('manages the API keys of an organization', async () => {
  const { page } = await openData('openfactory')
  await signInAs(page, 'Ada Lovelace')
  await page.getByLabel('Name', { exact: true }).fill('Planner')
  await page.getByLabel('mcp:write').check()
  await page.getByRole('button', { name: 'Generate a new API key' }).click()
  await page.getByText('New API key', { exact: true }).waitFor()
  expect(await textOf(page, 'New API key')).toMatch(/^of-key-[0-9a-f]{48}$/)
  const row = page.getByRole('row', { name: /^Planner/ })
  expect(await row.textContent()).toContain('mcp:read, mcp:write')
  await row.getByRole('button', { name: 'Revoke Planner' }).click()
  await row.waitFor({ state: 'detached' })
})

it('shows tokens, headers, cookies and a curl command that work', async () => {
  const permissions = ['clipboard-read', 'clipboard-write']
  const { page, url } = await openData('bedrud', { permissions })
  await signInAs(page, 'Ada Byron')
  await page.getByRole('button', { name: 'Copy: cookie header' }).click()
  await page.getByText('Copied to the clipboard').waitFor()
  const [, cookie = ''] = String(await page.evaluate('navigator.clipboard.readText()')).split('cookie: ')
  expect((await fetch(`${url}/api/auth/me`, { headers: { cookie } })).status).toBe(200)
  const curl = (await textOf(page, 'curl')) ?? ''
  const [, target = '', authorization = ''] = /^curl (\S+) \\\n {2}-H 'authorization: (.+)'$/.exec(curl) ?? []
  const { email } = await (await fetch(target, { headers: { authorization } })).json()
  expect([target, email]).toEqual([`${url.replace('127.0.0.1', 'localhost')}/api/auth/me`, 'ada@example.org'])
  expect(authorization).toBe(`Bearer ${await textOf(page, 'Access token')}`)
  expect(await textOf(page, 'Refresh token')).toMatch(/^eyJ/)
})

it('shows the new session of the user, and users who signed up meanwhile after a refresh', async () => {
  const { page, url } = await openData('bedrud')
  const mary = page.getByRole('row', { name: /^Mary Major/ })
  await signInAs(page, 'Mary Major')
  await mary.getByText('1 session', { exact: true }).click()
  await mary
    .getByText(/signed in .+ expires /)
    .first()
    .waitFor()

  await fetch(`${url}/api/auth/guest-login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Late Guest' }),
  })
  await page.getByRole('button', { name: 'Refresh', exact: true }).click()
  await page.getByRole('row', { name: /^Late Guest no email/ }).waitFor()
  await page.getByRole('heading', { name: 'Signed in as Mary Major' }).waitFor()
  await signInAs(page, 'Late Guest')
})

it('filters the users by the form', async () => {
  const { page } = await openData('bkend')
  await page.getByRole('searchbox').fill('IRIS')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/__dev/data?filter=IRIS')
  await page.getByText('Users (1)').waitFor()
  await page.getByRole('searchbox').fill('unknown user')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByText('No user matches the filter.').waitFor()
})

it('explains why a disabled user cannot sign in', async () => {
  const { page } = await openData('bkend', { ignoredMessages: errorResponses })
  await page.getByRole('button', { name: 'Sign in as Iris Chen' }).click()
  await page.getByText('iris@example.com is disabled, so the API refuses the sign-in.').waitFor()
})

it('works in a sandbox without a hub, and pages through its users', async () => {
  const sandbox = await createSandbox('openfactory', { hasher: lightHasher })
  const single = await listen((request) => sandbox.fetch(request), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => single.close().then(sandbox.close))
  const page = await openPage(`${single.url}/__dev/data`)
  await signInAs(page, 'Charles Babbage')
  await page.goto(`${single.url}/__dev/data?limit=3`)
  await page.getByText('1 to 3 of 4').waitFor()
  await page.getByRole('link', { name: 'Older' }).click()
  await page.getByText('4 to 4 of 4').waitFor()
  expect(await page.locator('#data tbody').first().getByRole('row').count()).toBe(1)
  await page.getByRole('link', { name: 'Newer' }).click()
  await page.getByRole('link', { name: 'test accounts', exact: true }).click()
  await page.getByRole('heading', { name: 'Test accounts' }).waitFor()
})

describe.each([
  ['light', 1440],
  ['dark', 360],
] as const)('in %s mode in a window of %d pixels', (colorScheme, width) => {
  it.each(servedNames)('shows the data of %s accessibly', async (name) => {
    // The policy of the page forbids the script of axe.
    const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
    const { page } = await openData(name, options)
    for (const summary of (await page.locator('summary').all()).slice(0, 4)) await summary.click()
    await page
      .getByRole('button', { name: /^Sign in as / })
      .last()
      .click()
    await page.getByText('Access token', { exact: true }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
  })
})
