import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../../src/docs/site.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import { findingsIn } from './axe.ts'
import { teamsCatalog } from './teams.ts'

let folder: string
let hub: ReturnType<typeof createHub>
let server: Listening
let chromium: TestBrowser
beforeAll(async () => {
  const catalog = await teamsCatalog()
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
  await buildSite(folder, catalog)
  hub = createHub({ host: '127.0.0.1', log: () => {}, catalog })
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
  await hub?.close()
  await rm(folder, { recursive: true })
})

/** In milliseconds. Busy machines render slowly. */
const timeout = 120_000

const places = {
  'the hub': () => `${server.url}/docs/teams/`,
  'a file of a static site': () => pathToFileURL(join(folder, 'teams', 'index.html')).href,
}

async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  await use(await context.newPage())
  await context.close()
}

describe.each(Object.entries(places))('the reference of a contract of a user in %s', (_, url) => {
  it('shows texts, runs no scripts of the contract and requests nothing', { timeout }, async () => {
    await withPage({}, async (page) => {
      const { hosts, consoleErrors } = watchPage(page)
      await page.goto(url())
      const main = page.locator('main')
      await main.getByText('or Bearer <token> without quotes').waitFor()
      expect(await page.title()).toBe('Teams </title> & "members"')
      for (const image of ['The sign-in flow', 'an HTML image'])
        await main.getByRole('link', { name: image }).waitFor()
      await main.getByText('More', { exact: true }).click()
      await main.getByText('A bold word').waitFor()
      for (const section of ['Limits', 'Choose a response of the mock'])
        await main.locator('h2').filter({ hasText: section }).waitFor()
      expect(await page.evaluate('globalThis.ran')).toBeUndefined()
      expect(consoleErrors).toEqual([])
      expect([...hosts]).toEqual(url().startsWith('file:') ? [] : [new URL(server.url).host])
    })
  })

  it('opens each operation by its operationId', { timeout }, async () => {
    await withPage({}, async (page) => {
      const { consoleErrors } = watchPage(page)
      for (const [operationId, path] of [
        ['MembersController_get[0]', '/members/{id}'],
        [
          'aVeryLongOperationIdThatAFrameworkGeneratedFromTheNamesOfClassesAndMethodsWithoutAnySpaces',
          '/members/{id}',
        ],
        ['members/list', '/members'],
        ['getStatus', '/status'],
      ] as const) {
        await page.goto('about:blank')
        await page.goto(`${url()}#operation/${encodeURIComponent(operationId)}`)
        await page.locator('[data-section-id]').getByText(path, { exact: true }).first().waitFor()
        await page.waitForURL((found) => found.hash.endsWith(`/${operationId.toLowerCase()}`))
      }
      expect(consoleErrors).toEqual([])
    })
  })
})

describe.each(['light', 'dark'] as const)('accessibility in %s mode', (colorScheme) => {
  it('finds no fault in the reference of a contract of a user', { timeout }, async () => {
    // The policy of the page forbids the script of axe.
    await withPage({ colorScheme, bypassCSP: true }, async (page) => {
      for (const hash of ['', '#operation/members%2Flist']) {
        await page.goto('about:blank')
        await page.goto(places['the hub']() + hash)
        await page.getByRole('heading').first().waitFor()
        await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor({ state: 'attached' })
        for (const width of [1440, 360]) {
          await page.setViewportSize({ width, height: 900 })
          expect([hash, width, await findingsIn(page)]).toEqual([hash, width, []])
        }
      }
    })
  })
})
