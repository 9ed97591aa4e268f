import { describe, expect, it } from 'vitest'
import { languages } from '../../src/snippets/index.ts'
import { brokenKoreanWords, useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()

const openPage = useBrowser()

describe('a guide in a browser', () => {
  it.each(['bkend', 'bedrud'])(
    'shows all error codes of %s, and no broken Korean word, in a window of 360 pixels',
    async (variant) => {
      const page = await openPage(`${server.url}/docs/${variant}/ko/guides/errors/`, {
        viewport: { width: 360, height: 900 },
      })
      expect(await page.locator('[data-label^="상태 코드"]').count()).toBeGreaterThan(5)
      const cutOff = await page
        .locator('.table')
        .evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length)
      expect(cutOff).toBe(0)
      expect(await brokenKoreanWords(page)).toEqual([])
    },
  )

  it('leads from the list to a guide, its translation, and the next guide', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/`)
    await page.getByRole('main').getByRole('link', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: '한국어' }).click()
    await page.getByRole('heading', { level: 1, name: '로그아웃' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko')
    expect(new URL(page.url()).pathname).toBe('/docs/bkend/ko/guides/sign-out/')
    await page.getByRole('link', { name: /^다음/ }).click()
    await page.getByRole('heading', { level: 1, name: /비밀번호/ }).waitFor()
  })

  it('leads from a guide to an operation of the reference', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/sign-out/`)
    await page.getByRole('main').getByRole('link', { name: 'signOut' }).first().click()
    await page.locator('h2').filter({ hasText: 'Sign out' }).waitFor()
    expect(page.url()).toMatch(/\/docs\/bkend\/#\/tokens\/signout$/)
  })

  it('copies code, and says so in the language of the page', async () => {
    for (const [path, button, status] of [
      ['guides/sign-out/', /^Copy: Sign out/, 'Copied to the clipboard'],
      ['ko/guides/sign-out/', /^복사: 로그아웃/, '클립보드에 복사했습니다.'],
    ] as const) {
      const page = await openPage(`${server.url}/docs/bkend/${path}`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await page.getByRole('button', { name: button }).first().click()
      await page.getByText(status).waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
        /^POST \/v1\/auth\/signout HTTP\/1.1\n/,
      )
    }
  })

  it('shows code in tabs, and keeps the chosen language in all code of the page', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/email-sign-in/`)
    const lists = page.getByRole('tablist', { name: 'Programming language' })
    expect(await lists.count()).toBeGreaterThan(1)
    const tabs = lists.first().getByRole('tab')
    expect(await tabs.allTextContents()).toEqual(languages.map(({ label }) => label))
    const shown = page.getByRole('tabpanel')
    expect(await shown.first().textContent()).toContain('await fetch(')
    await tabs.first().focus()
    await page.keyboard.press('ArrowLeft')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(languages.at(-1)?.label)
    for (const panel of await shown.all()) expect(await panel.textContent()).toContain('import requests')
    await tabs.filter({ hasText: 'cURL' }).click()
    expect(await lists.last().getByRole('tab', { selected: true }).textContent()).toBe('cURL')
  })

  it('shows code in all languages without scripts', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/sign-out/`, { javaScriptEnabled: false })
    for (const { label } of languages)
      expect(await page.getByText(label, { exact: true }).isVisible()).toBe(true)
  })

  it('folds the menu on narrow screens only', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/sign-out/`)
    const link = page.getByRole('navigation', { name: 'Guides' }).getByRole('link', { name: 'Sign out' })
    await page.setViewportSize({ width: 1440, height: 900 })
    await link.waitFor()
    expect(await link.getAttribute('aria-current')).toBe('page')
    await page.setViewportSize({ width: 360, height: 900 })
    await link.waitFor({ state: 'hidden' })
    await page.getByRole('navigation', { name: 'Guides' }).getByText('Guides', { exact: true }).click()
    await link.waitFor()
  })

  it('skips to the content with the first Tab', async () => {
    const page = await openPage(`${server.url}/docs/bkend/guides/sign-out/`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
  })
})
