import { expect, it } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const password = 'nanoseconds-of-wire-30'

const server = useHub()
const openPage = useBrowser()

const signIn = () =>
  fetch(`${server.url}/sandbox/openfactory/api/auth/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nobody@example.org', password }),
  })

it('shows a request without reload, its secrets on demand, and code to copy', async () => {
  const permissions = ['clipboard-read', 'clipboard-write']
  const page = await openPage(server.url, { permissions })
  await page.getByRole('navigation').getByRole('link', { name: 'Requests' }).click()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText('No requests yet.').waitFor()

  await signIn()
  await fetch(`${server.url}/sandbox/bedrud/nope`)
  await page.getByText('2 requests', { exact: true }).waitFor()
  const rows = page.getByRole('main').getByRole('listitem')
  expect(await rows.first().textContent()).toContain('Request violates the contract')
  expect(await rows.last().textContent()).toContain('Keeps the contract')

  await page.getByRole('combobox', { name: 'API' }).selectOption('openfactory')
  expect(await page.locator('#count').textContent()).toBe('1 of 2 requests')
  await page.getByRole('searchbox').fill('signin post')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('4xx')
  expect(await rows.filter({ visible: true }).count()).toBe(1)

  await rows.last().locator('summary').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Copy the request' }).waitFor()
  expect(await rows.last().textContent()).not.toContain(password)
  await page.getByRole('button', { name: 'Show secrets' }).click()
  await page.getByRole('button', { name: 'Hide secrets' }).waitFor()
  await rows.last().getByText(password).first().waitFor()
  await page.getByRole('button', { name: 'Copy: typed client' }).click()
  await page.getByText('Copied to the clipboard').waitFor()
  const copied = await page.evaluate('navigator.clipboard.readText()')
  expect(copied).toContain('openfactory.POST("/api/auth/signin"')
  expect(copied).toContain(password)
  await page.getByRole('button', { name: 'Copy: contract case (Arazzo)' }).waitFor()

  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('No requests yet.').waitFor()
})

it('shows the requests of the API that the URL names', async () => {
  await signIn()
  await fetch(`${server.url}/sandbox/bedrud/nope`)
  const page = await openPage(`${server.url}/requests?api=openfactory`)
  await page.getByText(/^\d+ of \d+ requests$/).waitFor()
  expect(await page.getByRole('combobox', { name: 'API' }).inputValue()).toBe('openfactory')
})

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
  await signIn()
  await fetch(`${server.url}/sandbox/openfactory/api/auth/session?${'long='.repeat(60)}`)
  await fetch(`${server.url}/mock/bedrud/nope`)
  // The policy of the page forbids the script of axe.
  const page = await openPage(`${server.url}/requests`, {
    colorScheme,
    bypassCSP: true,
    viewport: { width, height: 900 },
  })
  for (const summary of (await page.locator('summary').all()).slice(0, 3)) await summary.click()
  await page.getByRole('heading', { name: 'Copy the request' }).nth(2).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  expect(await accessibilityFaults(page)).toEqual([])
})
