import { expect, it } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { brokenKoreanWords, useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

it('finds an operation from the home page, and opens it in the reference', async () => {
  const page = await openPage(server.url)
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('refreshTokens')
  await page.getByRole('combobox', { name: 'API' }).selectOption('bkend')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Refresh the tokens: POST /v1/auth/refresh' }).click()
  await page.locator('h2').filter({ hasText: 'Refresh the tokens' }).waitFor()
})

it.each([
  ['light', 1280],
  ['dark', 390],
] as const)('shows results accessibly in %s mode in a window of %d pixels', async (colorScheme, width) => {
  // The policy of the page forbids the script of axe.
  const page = await openPage(`${server.url}/search?q=${encodeURIComponent('토큰 갱신 refresh')}`, {
    colorScheme,
    bypassCSP: true,
    viewport: { width, height: 900 },
  })
  expect(await page.getByRole('listitem').count()).toBeGreaterThan(10)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  expect(await brokenKoreanWords(page)).toEqual([])
  expect(await accessibilityFaults(page)).toEqual([])
})
