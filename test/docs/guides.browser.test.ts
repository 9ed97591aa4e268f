import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { listGuides } from '../../src/guides/index.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { languages } from '../../src/snippets/index.ts'
import { brokenKoreanWords, launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import { isSlow } from '../support/slow.ts'

let hub: ReturnType<typeof createHub>
let server: Listening
let chromium: TestBrowser
let axe: string
beforeAll(async () => {
  hub = createHub({ host: '127.0.0.1', log: () => {}, sandboxes: { data: null, origin: () => server.url } })
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  chromium = await launchBrowser()
  axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
  await hub?.close()
})

async function withPage(options: object, use: (page: Page) => Promise<void>) {
  const context = await chromium.browser.newContext(options)
  await use(await context.newPage())
  await context.close()
}

/** Returns the findings of axe in a page, with the HTML of the first element. */
async function findingsIn(page: Page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  )
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 150)}`)
}

/** Returns the paths of all pages about an API. */
async function pagesOf(variant: (typeof variantNames)[number]): Promise<string[]> {
  const guides = await listGuides(variant)
  return [
    'journeys/',
    'guides/',
    'ko/guides/',
    ...guides.map(({ language, topic }) => `${language === 'en' ? '' : `${language}/`}guides/${topic}/`),
  ].map((path) => `/docs/${variant}/${path}`)
}

/** The slow tests open every page, half of them in each mode. */
const pages: [scheme: 'light' | 'dark', path: string][] = isSlow
  ? (await Promise.all(variantNames.map(pagesOf)))
      .flat()
      .map((path, index) => [index % 2 === 0 ? 'light' : 'dark', path])
  : [['dark', '/docs/bkend/ko/guides/email-sign-in/']]

it.each(pages)(
  'finds no accessibility faults in %s mode in %s, which fits every window',
  async (colorScheme, path) => {
    // The policies of the pages forbid the script of axe.
    await withPage({ colorScheme, bypassCSP: true }, async (page) => {
      const traffic = watchPage(page)
      await page.goto(server.url + path)
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 900 })
        expect([path, width, await findingsIn(page)]).toEqual([path, width, []])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      }
      expect(traffic).toEqual({ hosts: new Set([new URL(server.url).host]), consoleErrors: [] })
    })
  },
)

describe('a guide in a browser', () => {
  it.each(['bkend', 'bedrud'])(
    'shows all error codes of %s, and no broken Korean word, in a window of 360 pixels',
    async (variant) => {
      await withPage({ viewport: { width: 360, height: 900 } }, async (page) => {
        await page.goto(`${server.url}/docs/${variant}/ko/guides/errors/`)
        expect(await page.locator('[data-label^="상태 코드"]').count()).toBeGreaterThan(5)
        const cutOff = await page
          .locator('.table')
          .evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length)
        expect(cutOff).toBe(0)
        expect(await brokenKoreanWords(page)).toEqual([])
      })
    },
  )

  it('leads from the list to a guide, its translation, and the next guide', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/`)
      await page.getByRole('main').getByRole('link', { name: 'Sign out' }).click()
      await page.getByRole('link', { name: '한국어' }).click()
      await page.getByRole('heading', { level: 1, name: '로그아웃' }).waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko')
      expect(new URL(page.url()).pathname).toBe('/docs/bkend/ko/guides/sign-out/')
      await page.getByRole('link', { name: /^다음/ }).click()
      await page.getByRole('heading', { level: 1, name: /비밀번호/ }).waitFor()
    })
  })

  it('leads from a guide to an operation of the reference', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/sign-out/`)
      await page.getByRole('main').getByRole('link', { name: 'signOut' }).first().click()
      await page.locator('h2').filter({ hasText: 'Sign out' }).waitFor()
      expect(page.url()).toMatch(/\/docs\/bkend\/#\/tokens\/signout$/)
    })
  })

  it('copies code, and says so in the language of the page', async () => {
    for (const [path, button, status] of [
      ['guides/sign-out/', /^Copy: Sign out/, 'Copied to the clipboard'],
      ['ko/guides/sign-out/', /^복사: 로그아웃/, '클립보드에 복사했습니다.'],
    ] as const)
      await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
        await page.goto(`${server.url}/docs/bkend/${path}`)
        await page.getByRole('button', { name: button }).first().click()
        await page.getByText(status).waitFor()
        expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
          /^POST \/v1\/auth\/signout HTTP\/1.1\n/,
        )
      })
  })

  it('shows code in tabs, and keeps the chosen language in all code of the page', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/email-sign-in/`)
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
  })

  it('shows code in all languages without scripts', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/sign-out/`)
      for (const { label } of languages)
        expect(await page.getByText(label, { exact: true }).isVisible()).toBe(true)
    })
  })

  it('folds the menu on narrow screens only', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/sign-out/`)
      const link = page.getByRole('navigation', { name: 'Guides' }).getByRole('link', { name: 'Sign out' })
      await page.setViewportSize({ width: 1440, height: 900 })
      await link.waitFor()
      expect(await link.getAttribute('aria-current')).toBe('page')
      await page.setViewportSize({ width: 360, height: 900 })
      await link.waitFor({ state: 'hidden' })
      await page.getByRole('navigation', { name: 'Guides' }).getByText('Guides', { exact: true }).click()
      await link.waitFor()
    })
  })

  it('skips to the content with the first Tab', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${server.url}/docs/bkend/guides/sign-out/`)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    })
  })
})
