import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { AtEnd } from '../cli/child.ts'
import { launchBrowser, type TestBrowser } from './chromium.ts'

/** A busy machine with two cores takes long to render a page. */
const actionTimeoutMs = 90_000

export interface PageOptions extends BrowserContextOptions {
  /** Messages on the console that do not fail the test, such as those about responses with an error. */
  ignoredMessages?: RegExp
  /** Hosts that the page may call besides that of its URL. */
  otherHosts?: string[]
  /** Adds listeners before the page is loaded. */
  prepare?: (page: Page) => void
  /** Registers the end of the page. By default, it ends with the test. */
  atEnd?: AtEnd
}

/** The message of browsers about each response with an error, which many pages expect. */
export const errorResponses = /^Failed to load resource: .* [45]\d\d/

/** The message of browsers about each request while they are offline. */
export const offlineRequests = /net::ERR_INTERNET_DISCONNECTED/

/**
 * Starts a browser for the tests of a file, and ends it after them.
 * @returns a function that opens pages
 */
export function useBrowser() {
  let chromium: TestBrowser
  beforeAll(async () => {
    chromium = await launchBrowser()
  })
  afterAll(() => chromium?.close())

  /**
   * Opens a page in a new browser context, and closes it after the test. The test fails if the page throws an
   * error, logs an error or a warning, or calls another host.
   */
  return async function openPage(url: string, options: PageOptions = {}): Promise<Page> {
    const { ignoredMessages, otherHosts = [], prepare, atEnd = onTestFinished, ...contextOptions } = options
    const context = await chromium.browser.newContext(contextOptions)
    context.setDefaultTimeout(actionTimeoutMs)
    const page = await context.newPage()
    const { hosts, consoleErrors } = watchPage(page)
    atEnd(async () => {
      await context.close()
      const messages = consoleErrors.filter((text) => !ignoredMessages?.test(text))
      const allowed = new Set([new URL(url).host, ...otherHosts])
      expect({ messages, otherHosts: [...hosts].filter((host) => !allowed.has(host)) }).toEqual({
        messages: [],
        otherHosts: [],
      })
    })
    prepare?.(page)
    await page.goto(url)
    return page
  }
}

/** Collects the hosts that a page requests, and the errors and warnings on its console. */
export function watchPage(page: Page): { hosts: Set<string>; consoleErrors: string[] } {
  const hosts = new Set<string>()
  const consoleErrors: string[] = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http')) hosts.add(host)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) consoleErrors.push(message.text())
  })
  page.on('pageerror', (error) => consoleErrors.push(error.message))
  return { hosts, consoleErrors }
}

/** Returns the Korean words of the main part of a page that continue on another line. */
export function brokenKoreanWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = document.createTreeWalker(document.querySelector('main') ?? document, NodeFilter.SHOW_TEXT)
    const broken: string[] = []
    while (texts.nextNode()) {
      const text = texts.currentNode as Text
      for (const { 0: word, index } of text.data.matchAll(/\p{Script=Hangul}+/gu)) {
        const range = document.createRange()
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word)
      }
    }
    return broken
  })
}
