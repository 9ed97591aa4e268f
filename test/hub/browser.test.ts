import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { isServed } from '../../src/variants/index.ts'
import { errorResponses, offlineRequests, useBrowser } from '../support/browser.ts'
import { servedNames } from '../support/served.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

/** Opens a page in a new browser context, and collects its requests and errors. */
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

describe('the home page in a browser', () => {
  it('makes no requests to other hosts and logs no console errors', async () => {
    const page = await openPage(server.url)
    expect(await page.locator('.card').count()).toBe(variantNames.length)
  })

  it.each([1280, 390])('fits a window of %d pixels, with each URL on one line', async (width) => {
    const page = await openPage(server.url)
    await page.setViewportSize({ width, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    const boxes = await page
      .locator('.pair .copyable')
      .evaluateAll((found) =>
        found.map((box) => ({ text: box.textContent, height: box.getBoundingClientRect().height })),
      )
    // The base URLs of each API, and the URL and command for AI tools.
    expect(boxes).toHaveLength(variantNames.length + servedNames.length + 2)
    // The base URL of a vendor's contract has the path of its first server, which may be too long for a line.
    const isOurUrl = (text: string | null) =>
      text?.startsWith('http') &&
      variantNames.every((name) => isServed(name) || !text.includes(`/mock/${name}`))
    expect(new Set(boxes.filter(({ text }) => isOurUrl(text)).map(({ height }) => height)).size).toBe(1)
  })

  it('shows when the hub is not reachable, and when it is again', async () => {
    const page = await openPage(server.url, { ignoredMessages: offlineRequests })
    const revisit = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    const unreachable = page.locator('.states').getByText('not reachable')
    await page.context().setOffline(true)
    await revisit()
    await unreachable.first().waitFor()
    await page.context().setOffline(false)
    await revisit()
    await unreachable.first().waitFor({ state: 'detached' })
  })

  it('copies a base URL when its button is clicked', async () => {
    const page = await openPage(server.url, clipboard)
    const [variant] = servedNames
    await page.getByRole('button', { name: `Copy: Mock base URL, ${variant}` }).click()
    await page.getByText('Copied to the clipboard').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/mock/${variant}`)
  })

  it('copies the URL and the command for AI tools, and links to all documentation', async () => {
    const page = await openPage(server.url, clipboard)
    for (const [name, text] of [
      ['MCP URL', `${server.url}/mcp`],
      ['Configuration of a tool', `npx auth-contracts mcp --print-config claude --url ${server.url}`],
    ] as const) {
      await page.getByRole('button', { name: `Copy: ${name}` }).click()
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text)
    }
    await page.getByRole('link', { name: 'Docs', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'llms.txt' }).click()
    await page.getByText('# auth-contracts').waitFor()
  })

  it('selects the text when the clipboard is unavailable', async () => {
    const page = await openPage(server.url)
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.getByRole('button', { name: 'Copy: first call, bedrud: cURL' }).click()
    expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^curl -X POST/)
  })
})

describe('the pages of a sandbox in a browser', () => {
  it.each(servedNames)('lists the test accounts of %s with passwords to copy', async (variant) => {
    const page = await openPage(server.url, clipboard)
    await page.locator(`#${variant}`).getByRole('link', { name: 'Test accounts' }).click()
    const { users } = await (await fetch(`${server.url}/sandbox/${variant}/__dev/seed`)).json()
    const { name, password } = users.find((user: { password: string | null }) => user.password !== null)
    await page.getByRole('button', { name: `Copy: password of ${name}` }).click()
    await page.getByText('Copied to the clipboard').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password)
  })

  it('shows a mail with a working link', async () => {
    const base = `${server.url}/sandbox/bondmcp`
    await fetch(`${base}/mcp/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'reader@example.org', password: 'a-fine-passphrase' }),
    })
    const page = await openPage(`${server.url}/sandbox/bondmcp/__dev/inbox?to=reader@example.org`)
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: /auth.verify/ }).click()
    await (await opened).getByText('Email verified successfully').waitFor()
  })
})

describe('the docs in a browser', () => {
  it('links the index to the reference pages, and these to the home page', async () => {
    const page = await openPage(`${server.url}/docs/`)
    await page.locator('.card').getByRole('link').first().click()
    await page.getByRole('link', { name: 'All APIs' }).click()
    await page.getByRole('heading', { name: 'auth-contracts' }).waitFor()
    expect(await page.locator('.card').count()).toBe(variantNames.length)
  })
})

describe('a page of another origin', () => {
  it('lets a script call a mock with credentials and read the response', async () => {
    // For the browser, 127.0.0.1 and localhost are different origins, although the server is the same.
    const mock = server.url.replace('localhost', '127.0.0.1')
    const otherHosts = [new URL(mock).host]
    const page = await openPage(server.url, { otherHosts, ignoredMessages: errorResponses })
    // The policy of the home page forbids all connections, so use a page without a policy.
    await page.goto(`${server.url}/healthz`)
    const result = await page.evaluate(async (url) => {
      const response = await fetch(url, {
        method: 'DELETE',
        credentials: 'include',
        headers: { authorization: 'Bearer t', 'x-api-key': 'k' },
      })
      return { status: response.status, body: await response.json() }
    }, `${mock}/mock/${variantNames[0]}/nothing-here`)
    expect(result.status).toBe(404)
    expect(result.body.available.length).toBeGreaterThan(1)
  })
})
