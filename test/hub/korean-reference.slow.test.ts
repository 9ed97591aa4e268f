import { expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { findEndpoint } from '../../src/openapi/operations.ts'
import { useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

it.each(variantNames.filter((variant) => builtInApi(variant).languages.includes('ko')))(
  'shows Korean labels, finds Korean words, and links to the English reference of %s and back',
  async (variant) => {
    const page = await openPage(`${server.url}/docs/${variant}/ko`)
    await page.getByRole('heading', { level: 1, name: '인증 API' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko')
    await page.getByRole('navigation', { name: 'API 목록' }).waitFor()
    const { operation } = findEndpoint(await builtInApi(variant).readDocument('ko'), 'signIn') ?? {}
    const { tags: [tag] = [''] } = operation as { tags?: [string] }
    await page.goto(`${server.url}/docs/${variant}/ko/#/${tag}/signin`)
    for (const name of ['요청', '응답']) await page.getByRole('heading', { name }).first().waitFor()
    await page.getByTestId('search-trigger').getByText('Ctrl+K').waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('리프레시')
    await page.locator('[data-component-name="Search/SearchItem"]').filter({ hasText: '토큰 갱신' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'English' }).click()
    await page.waitForURL(`${server.url}/docs/${variant}/`)
    await page.getByRole('link', { name: '한국어' }).click()
    await page.waitForURL(`${server.url}/docs/${variant}/ko/`)
  },
)
