import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { referencePath } from '../../src/hub/docs-urls.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { languages } from '../../src/snippets/index.ts'
import { useBrowser } from '../support/browser.ts'
import { guidedNames, servedNames } from '../support/served.ts'
import { useHub } from '../support/served-hub.ts'
import { faultsIn } from './reference-faults.ts'

const server = useHub()
const openPage = useBrowser()

const references = servedNames.flatMap((variant) =>
  builtInApi(variant).languages.map((language) => ({ variant, path: referencePath(variant, language) })),
)

const schemes = ['light', 'dark'] as const
const widths = [1440, 360]

describe.each(schemes)('accessibility in %s mode', (colorScheme) => {
  it.each(references)('finds no fault in $path', async ({ variant, path: reference }) => {
    const { operations } = await readOperations(variant)
    for (const path of ['', operations.at(-1)]) {
      const page = await openPage(server.url + reference + path, { colorScheme, bypassCSP: true })
      await page.getByRole('heading').first().waitFor()
      await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor({ state: 'attached' })
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        expect([path, width, await faultsIn(page)]).toEqual([path, width, []])
      }
    }
  })

  it('finds no fault in the reference of the development controls', async () => {
    const page = await openPage(`${server.url}/docs/controls/#/data/signinas`, {
      colorScheme,
      bypassCSP: true,
    })
    await page.getByRole('heading', { name: 'Sign in as a user' }).waitFor()
    await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor({ state: 'attached' })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await faultsIn(page)]).toEqual([width, []])
    }
  })

  it.each([
    '/',
    '/docs/',
    ...['', '__dev/seed', '__dev/inbox'].map((page) => `/sandbox/${servedNames[0]}/${page}`),
  ])('finds no fault in the page %s', async (path) => {
    const page = await openPage(server.url + path, { colorScheme, bypassCSP: true })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await faultsIn(page)]).toEqual([width, []])
    }
  })
})

it.each(guidedNames)(
  'finds the words around line breaks in the search of the reference of %s',
  async (variant) => {
    const { brokenWords } = await readOperations(variant)
    expect(brokenWords.length).toBeGreaterThan(3)
    const page = await openPage(`${server.url}/docs/${variant}/`)
    await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor()
    await page.keyboard.press('Control+k')
    const field = page.getByPlaceholder('Search docs...')
    for (const [last, first] of brokenWords.slice(0, 6)) {
      for (const [word, isFound] of [
        [first, true],
        [`${last}${first}`, false],
      ] as const) {
        await field.fill(word)
        const results = isFound
          ? page.locator('[data-component-name="Search/SearchItem"]').filter({ hasText: word })
          : page.getByTestId('search-message').filter({ hasText: 'No results' })
        await results.first().waitFor()
      }
    }
  },
)

it.each(servedNames)('offers the code of a sign-in of %s in all languages', async (variant) => {
  const { operations } = await readOperations(variant)
  const page = await openPage(
    `${server.url}/docs/${variant}/${operations.find((link) => link.endsWith('/signin'))}`,
  )
  const [first = { label: '' }] = languages
  await page.getByRole('button', { name: first.label }).first().click()
  const choices = page.getByRole('menuitem')
  for (const label of [...languages.map(({ label }) => label), 'Payload'])
    await choices.filter({ hasText: label }).first().waitFor()
  await choices.filter({ hasText: 'cURL' }).first().click()
  await page.getByText(`curl -X`).first().waitFor()
})

/** Returns the links of operations, and the pairs of words around line breaks in their descriptions. */
async function readOperations(variant: VariantName) {
  const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const operations = endpointsOf(document).map(
    ({ operation }) => operation as { operationId: string; tags: string[]; description?: string },
  )
  return {
    operations: operations.map(({ tags, operationId }) => `#/${tags[0]}/${operationId.toLowerCase()}`),
    brokenWords: operations.flatMap(({ description = '' }) =>
      [...description.matchAll(/\b([a-z]{4,})\n([a-z]{4,})\b/g)].map(
        ([, last = '', first = '']) => [last, first] as const,
      ),
    ),
  }
}
