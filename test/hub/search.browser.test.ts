import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { brokenKoreanWords, launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import { accessibilityFaults } from '../support/accessibility.ts'

let hub: ReturnType<typeof createHub>
let server: Listening
let chromium: TestBrowser
beforeAll(async () => {
  hub = createHub({ host: '127.0.0.1', log: () => {}, sandboxes: { data: null, origin: () => server.url } })
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
  await hub?.close()
})

it('finds an operation from the home page, and opens it in the reference', async () => {
  const context = await chromium.browser.newContext()
  const page = await context.newPage()
  const traffic = watchPage(page)
  await page.goto(server.url)
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('refreshTokens')
  await page.getByRole('combobox', { name: 'API' }).selectOption('bkend')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Refresh the tokens: POST /v1/auth/refresh' }).click()
  await page.locator('h2').filter({ hasText: 'Refresh the tokens' }).waitFor()
  expect(traffic).toEqual({ hosts: new Set([new URL(server.url).host]), consoleErrors: [] })
  await context.close()
})

it.each([
  ['light', 1280],
  ['dark', 390],
] as const)('shows results accessibly in %s mode in a window of %d pixels', async (colorScheme, width) => {
  // The policy of the page forbids the script of axe.
  const context = await chromium.browser.newContext({ colorScheme, bypassCSP: true })
  const page = await context.newPage()
  await page.setViewportSize({ width, height: 900 })
  await page.goto(`${server.url}/search?q=${encodeURIComponent('토큰 갱신 refresh')}`)
  expect(await page.getByRole('listitem').count()).toBeGreaterThan(10)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  expect(await brokenKoreanWords(page)).toEqual([])
  expect(await accessibilityFaults(page)).toEqual([])
  await context.close()
})
