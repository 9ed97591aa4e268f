import { expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { listGuides } from '../../src/guides/index.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'
import { isSlow } from '../support/slow.ts'

const server = useHub()

const openPage = useBrowser()

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
    const page = await openPage(server.url + path, { colorScheme, bypassCSP: true })
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 })
      expect([path, width, await accessibilityFaults(page)]).toEqual([path, width, []])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  },
)
