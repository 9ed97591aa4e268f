import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Listening, listen } from '../../src/server/listen.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { errorResponses, offlineRequests, useBrowser } from '../support/browser.ts'
import { serveHub } from '../support/served-hub.ts'

const openPage = useBrowser()
let backend: Listening
beforeAll(async () => {
  backend = await listen(new Hono().all('*', (c) => c.text('no such page', 404)).fetch, {
    host: '127.0.0.1',
    port: 0,
  })
})
afterAll(() => backend?.close())

async function openHub() {
  const { hub, url, close } = await serveHub()
  onTestFinished(close)
  return { hub, url }
}

it('sets and removes an upstream, and the routes of operations, without reload', async () => {
  const { url } = await openHub()
  const page = await openPage(`${url}/upstream/bedrud`)
  await page.getByText('No upstream. The mock and the sandbox answer all calls.').waitFor()

  await page.getByLabel('Base URL of the backend').fill(backend.url.replace('//', '//ada:secret@'))
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await page.getByText(`Calls are passed on to ${backend.url.replace('//', '//***@')}`).waitFor()
  const signIn = page.getByRole('row', { name: /^signIn POST/ })
  await signIn.getByText('Upstream, not called yet').waitFor()

  expect((await fetch(`${url}/mock/bedrud/api/auth/settings`)).status).toBe(200)
  await page.evaluate("dispatchEvent(new Event('focus'))")
  const settings = page.getByRole('row', { name: /^getSettings/ })
  await settings.getByText('Mock or sandbox: the upstream does not implement it').waitFor()

  await settings.getByLabel('Route of getSettings').focus()
  await page.keyboard.press('u')
  await page.getByRole('status').getByText('getSettings: upstream').waitFor()
  expect((await fetch(`${url}/mock/bedrud/api/auth/settings`)).status).toBe(404)
  await page.getByRole('button', { name: 'local', exact: true }).click()
  await page.getByRole('status').getByText('All operations: local').waitFor()
  expect(
    await page.getByRole('combobox').evaluateAll((all) => all.map((each) => 'value' in each && each.value)),
  ).toEqual(Array(15).fill('local'))

  await page.goto(`${url}/requests`)
  await page.getByRole('combobox', { name: 'Answered by' }).selectOption('upstream')
  expect(await page.locator('#count').textContent()).toBe('1 of 2 requests')
  await page.getByRole('combobox', { name: 'Answered by' }).selectOption('mock')
  const shown = page.getByRole('main').getByRole('listitem').filter({ visible: true })
  expect(await shown.textContent()).toContain('bedrud mock Not implemented by the upstream: it answered 404')

  await page.goto(`${url}/upstream/bedrud`)
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No upstream. The mock and the sandbox answer all calls.').waitFor()
})

it('keeps the calls of the console in the hub', async () => {
  const { url, hub } = await openHub()
  hub.setUpstream('bedrud', backend.url)
  const page = await openPage(`${url}/console/bedrud?operation=getSettings&target=mock`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('region', { name: 'Response' }).getByRole('heading').waitFor()
  const { requests } = await (await fetch(`${url}/requests.json`)).json()
  expect(requests).toMatchObject([{ operationId: 'getSettings', answeredBy: 'mock', status: 200 }])
  expect(requests[0]).not.toHaveProperty('note')
})

it('keeps the calls of the sample app in the sandbox, and shows problems of the hub', async () => {
  const { url, hub } = await openHub()
  hub.setUpstream('bedrud', backend.url)
  const page = await openPage(`${url}/demo/bedrud`, { ignoredMessages: errorResponses })
  await page.getByText('An upstream is set.').waitFor()
  await page.getByRole('button', { name: 'Use Ada’s account' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  const { requests }: { requests: { answeredBy: string }[] } = await (
    await fetch(`${url}/requests.json`)
  ).json()
  expect(new Set(requests.map(({ answeredBy }) => answeredBy))).toEqual(new Set(['sandbox']))
  expect(await page.locator('#auth-code').textContent()).not.toContain('X-Upstream')

  await page.route('**/api/auth/login', (route) =>
    route.fulfill({
      status: 502,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'Bad Gateway', status: 502, detail: 'The upstream does not respond.' }),
    }),
  )
  await page.getByRole('button', { name: 'Use Ada’s account' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('The upstream does not respond. (502)').waitFor()
})

it('says in the page why a URL is rejected', async () => {
  const { url } = await openHub()
  const page = await openPage(`${url}/upstream/bedrud`, { ignoredMessages: errorResponses })
  await page.getByLabel('Base URL of the backend').fill(url)
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText(`"${url}" is the hub itself.`).waitFor()
})

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
  const { url, hub } = await openHub()
  hub.setUpstream('bedrud', `${backend.url}/a/path/that/is/longer/than/the/window/of/a/small/telephone`)
  await fetch(`${url}/mock/bedrud/api/auth/settings`)
  // The policy of the page forbids the script of axe.
  const page = await openPage(`${url}/upstream/bedrud`, {
    colorScheme,
    bypassCSP: true,
    viewport: { width, height: 900 },
  })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  expect(await accessibilityFaults(page)).toEqual([])
})

it('shows the route as it was when the hub does not answer', async () => {
  const { url } = await openHub()
  const page = await openPage(`${url}/upstream/bedrud`, { ignoredMessages: offlineRequests })
  await page.context().setOffline(true)
  const route = page.getByLabel('Route of getSettings')
  await route.selectOption('local')
  await page.getByText('The change failed. Is the hub running?').waitFor()
  expect(await route.inputValue()).toBe('auto')
})
