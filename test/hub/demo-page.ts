import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { errorResponses, useBrowser, watchPage } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

/** Serves the sample apps for the tests of a file, and starts a browser. */
export function useDemos() {
  const server = useHub()
  const openPage = useBrowser()

  /** Opens the demo of an API. `finish` asserts which errors the page received. */
  async function openDemo(variant: VariantName) {
    const weights: Promise<number>[] = []
    let consoleErrors: string[] = []
    const prepare = (page: Page) => {
      ;({ consoleErrors } = watchPage(page))
      page.on('response', (response) => {
        if (response.url().includes('/demo/modules/'))
          weights.push(response.body().then(({ length }) => length))
      })
    }
    const ignoredMessages = errorResponses
    const page = await openPage(`${server.url}/demo/${variant}`, { prepare, ignoredMessages })
    return {
      page,
      press: (name: string) => page.getByRole('button', { name, exact: true }).click(),
      /** Waits for a heading, which has the focus. */
      async arrive(name: string | RegExp) {
        await page.getByRole('heading', { name }).waitFor()
        expect(await page.evaluate('document.activeElement.tagName')).toBe('H2')
      },
      /** Signs in with the form. */
      async signInAs(name: string) {
        await page.getByRole('button', { name: `Use ${name}’s account` }).click()
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      },
      says: (text: string | RegExp) => page.getByRole('status').getByText(text).waitFor(),
      weight: async () => (await Promise.all(weights)).reduce((sum, bytes) => sum + bytes, 0),
      /** @param statuses the errors of the API, which the browser writes to the console, too */
      async finish(statuses: number[]) {
        const failed = consoleErrors.map((text) => Number(/with a status of (\d+)/.exec(text)?.[1]) || text)
        expect([...new Set(failed)].sort(), (await callsOf(page)).join('\n')).toEqual(statuses)
      },
    }
  }

  /** Reads the latest mail to an email. */
  async function readMail(variant: VariantName, to: string) {
    const response = await fetch(
      `${server.url}/sandbox/${variant}/__dev/inbox?${new URLSearchParams({ to })}`,
    )
    const { mails }: { mails: { links: string[]; tokens: string[] }[] } = await response.json()
    const { links = [], tokens = [] } = mails.at(-1) ?? {}
    return { link: links[0] ?? '', token: tokens[0] ?? '' }
  }

  return { server, openPage, openDemo, readMail }
}

/** Returns the calls in the panel, oldest first, without their duration. */
export const callsOf = async (page: Page) => {
  const entries = await page.locator('#calls li').allInnerTexts()
  return entries
    .map((text) =>
      text
        .replace(/\d+ ms/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .reverse()
}
