import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { referencePath } from '../../src/hub/docs-urls.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import type { AtEnd } from '../cli/child.ts'
import { useBrowser } from '../support/browser.ts'
import { servedNames } from '../support/served.ts'
import { useHub } from '../support/served-hub.ts'
import { isSlow } from '../support/slow.ts'

const server = useHub()
const openPage = useBrowser()

/** Rendering takes seconds, so the usual run opens the reference of one API. */
const rendered = isSlow ? servedNames : servedNames.slice(0, 1)
const references = rendered.flatMap((variant) =>
  builtInApi(variant).languages.map((language) => ({
    variant,
    language,
    path: referencePath(variant, language),
  })),
)

describe.each(references)('the reference $path in a browser', ({ variant, language, path }) => {
  let page: Page
  const ends: Parameters<AtEnd>[0][] = []
  beforeAll(async () => {
    page = await openPage(server.url + path, { atEnd: (end) => ends.push(end) })
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })

  it.each([1280, 390])('breaks no word of the title at a width of %d', async (width) => {
    await page.setViewportSize({ width, height: 900 })
    const title = page.getByRole('heading', { level: 1 })
    await title.waitFor()
    // A broken word has a rectangle on each line.
    const broken = await title.evaluate((heading) => {
      const text = heading.firstChild as Text
      return [...text.data.matchAll(/\S+/g)]
        .filter(({ 0: word, index }) => {
          const range = document.createRange()
          range.setStart(text, index)
          range.setEnd(text, index + word.length)
          return range.getClientRects().length > 1
        })
        .map(([word]) => word)
    })
    expect(broken).toEqual([])
  })

  it('shows a section that the menu links to, after a click and in a new tab', async () => {
    await page.setViewportSize({ width: 1280, height: 720 })
    const menu = page.locator('.menu-content')
    const link = menu.locator('a[href^="#/section/"]').last()
    const name = (await link.textContent())?.trim()
    const heading = page.locator('h2').filter({ hasText: name ?? '' })
    const isShown = async () => ((await heading.first().boundingBox())?.y ?? 1000) < 400
    await link.click()
    await expect.poll(isShown).toBe(true)
    expect(await menu.locator('a[href^="/"]').count()).toBe(0)
    const target = new URL((await link.getAttribute('href')) ?? '', server.url + path)
    await page.goto('about:blank')
    await page.goto(target.href)
    await expect.poll(isShown).toBe(true)
  })

  it('shows every operation with a link to the console, and makes no requests to other hosts', async () => {
    const contract = await builtInApi(variant).readDocument(language)
    const operations = endpointsOf(contract).map(({ operation }) => operation as Operation)
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.getByRole('heading', { name: contract.info.title }).waitFor()
    for (const { operationId, summary, tags } of operations) {
      // Redoc renders only what is in view, so the test visits each operation.
      await page.goto(`${server.url}${path}#/${tags[0]}/${operationId.toLowerCase()}`)
      await page.locator('h2').filter({ hasText: summary }).waitFor()
      await page
        .locator(`a[href="${server.url}/console/${variant}?operation=${operationId}"]`)
        .first()
        .waitFor()
    }
  })
})

interface Operation {
  operationId: string
  summary: string
  tags: [string]
}
