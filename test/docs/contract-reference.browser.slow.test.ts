import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../../src/docs/site.ts'
import { useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'
import { faultsIn } from './reference-faults.ts'
import { teamsCatalog } from './teams.ts'

const catalog = await teamsCatalog()
const server = useHub({ catalog })
const openPage = useBrowser()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-contracts-site-'))
  await buildSite(folder, catalog)
})
afterAll(() => rm(folder, { recursive: true }))

const places = {
  'the hub': () => `${server.url}/docs/teams/`,
  'a file of a static site': () => pathToFileURL(join(folder, 'teams', 'index.html')).href,
}

const desktop = { viewport: { width: 1440, height: 900 } }

describe.each(Object.entries(places))('the reference of a contract of a user in %s', (_, url) => {
  it('shows texts, runs no scripts of the contract and requests nothing', async () => {
    const page = await openPage(url(), desktop)
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
  })

  it('opens each operation by its operationId', async () => {
    for (const [operationId, path] of [
      ['MembersController_get[0]', '/members/{id}'],
      [
        'aVeryLongOperationIdThatAFrameworkGeneratedFromTheNamesOfClassesAndMethodsWithoutAnySpaces',
        '/members/{id}',
      ],
      ['members/list', '/members'],
      ['getStatus', '/status'],
    ] as const) {
      const page = await openPage(`${url()}#operation/${encodeURIComponent(operationId)}`, desktop)
      await page.locator('[data-section-id]').getByText(path, { exact: true }).first().waitFor()
      await page.waitForURL((found) => found.hash.endsWith(`/${operationId.toLowerCase()}`))
    }
  })
})

describe.each(['light', 'dark'] as const)('accessibility in %s mode', (colorScheme) => {
  it('finds no fault in the reference of a contract of a user', async () => {
    // The policy of the page forbids the script of axe.
    for (const hash of ['', '#operation/members%2Flist']) {
      const page = await openPage(places['the hub']() + hash, { colorScheme, bypassCSP: true })
      await page.getByRole('heading').first().waitFor()
      await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor({ state: 'attached' })
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 900 })
        expect([hash, width, await faultsIn(page)]).toEqual([hash, width, []])
      }
    }
  })
})
