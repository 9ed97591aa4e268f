import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { createHub } from '../../src/hub/app.ts'
import { referencePath } from '../../src/hub/docs-urls.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import { servedNames } from '../support/served.ts'
import { isSlow } from '../support/slow.ts'

let hub: ReturnType<typeof createHub>
let server: Listening
let chromium: TestBrowser
beforeAll(async () => {
  hub = createHub({
    host: '127.0.0.1',
    log: () => {},
    sandboxes: { data: null, origin: () => server.url },
  })
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
  await hub?.close()
})

/** Opens a page in a new browser context, and collects its requests and errors. */
async function open(path: string, permissions: string[] = []) {
  const context = await chromium.browser.newContext({ permissions })
  const page = await context.newPage()
  const traffic = watchPage(page)
  await page.goto(server.url + path)
  return { page, traffic, close: () => context.close() }
}
const hubOnly = () => new Set([new URL(server.url).host])

describe('the home page in a browser', () => {
  it('makes no requests to other hosts and logs no console errors', async () => {
    const { page, traffic, close } = await open('/')
    expect(await page.locator('.card').count()).toBe(variantNames.length)
    expect(traffic).toEqual({ hosts: hubOnly(), consoleErrors: [] })
    await close()
  })

  it.each([1280, 390])('fits a window of %d pixels, with each URL on one line', async (width) => {
    const { page, close } = await open('/')
    await page.setViewportSize({ width, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    const heights = await page
      .locator('.pair .copyable')
      .evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().height))
    // The base URLs of each API, and the URL and command for AI tools.
    expect(heights).toHaveLength(variantNames.length + servedNames.length + 2)
    expect(new Set(heights).size).toBe(1)
    await close()
  })

  it('shows when the hub is not reachable, and when it is again', async () => {
    const { page, close } = await open('/')
    const revisit = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    const unreachable = page.locator('.states').getByText('not reachable')
    await page.context().setOffline(true)
    await revisit()
    await unreachable.first().waitFor()
    await page.context().setOffline(false)
    await revisit()
    await unreachable.first().waitFor({ state: 'detached' })
    await close()
  })

  it('copies a base URL when its button is clicked', async () => {
    const { page, close } = await open('/', ['clipboard-read', 'clipboard-write'])
    const [variant] = variantNames
    await page.getByRole('button', { name: `Copy: Mock base URL, ${variant}` }).click()
    await page.getByText('Copied to the clipboard').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/mock/${variant}`)
    await close()
  })

  it('copies the URL and the command for AI tools, and links to all documentation', async () => {
    const { page, close } = await open('/', ['clipboard-read', 'clipboard-write'])
    for (const [name, text] of [
      ['MCP URL', `${server.url}/mcp`],
      ['Configuration of a tool', 'npx auth-contracts mcp --print-config claude'],
    ] as const) {
      await page.getByRole('button', { name: `Copy: ${name}` }).click()
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text)
    }
    await page.getByRole('link', { name: 'Docs', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'llms.txt' }).click()
    await page.getByText('# auth-contracts').waitFor()
    await close()
  })

  it('selects the text when the clipboard is unavailable', async () => {
    const { page, close } = await open('/')
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.getByRole('button', { name: 'Copy: first call, bedrud: cURL' }).click()
    expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^curl -X POST/)
    await close()
  })
})

describe('the pages of a sandbox in a browser', () => {
  it.each(servedNames)('lists the test accounts of %s with passwords to copy', async (variant) => {
    const { page, traffic, close } = await open('/', ['clipboard-read', 'clipboard-write'])
    await page.locator(`#${variant}`).getByRole('link', { name: 'Test accounts' }).click()
    const { users } = await (await fetch(`${server.url}/sandbox/${variant}/__dev/seed`)).json()
    const { name, password } = users.find((user: { password: string | null }) => user.password !== null)
    await page.getByRole('button', { name: `Copy: password of ${name}` }).click()
    await page.getByText('Copied to the clipboard').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password)
    expect(traffic).toEqual({ hosts: hubOnly(), consoleErrors: [] })
    await close()
  })

  it('shows a mail with a working link', async () => {
    const base = `${server.url}/sandbox/bondmcp`
    await fetch(`${base}/mcp/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'reader@example.org', password: 'a-fine-passphrase' }),
    })
    const { page, traffic, close } = await open('/sandbox/bondmcp/__dev/inbox?to=reader@example.org')
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: /auth.verify/ }).click()
    await (await opened).getByText('Email verified successfully').waitFor()
    expect(traffic).toEqual({ hosts: hubOnly(), consoleErrors: [] })
    await close()
  })
})

describe('the docs in a browser', () => {
  it('links the index to the reference pages, and these to the home page', async () => {
    const { page, traffic, close } = await open('/docs/')
    await page.locator('.card').getByRole('link').first().click()
    await page.getByRole('link', { name: 'All APIs' }).click()
    await page.getByRole('heading', { name: 'auth-contracts' }).waitFor()
    expect(await page.locator('.card').count()).toBe(variantNames.length)
    expect(traffic).toEqual({ hosts: hubOnly(), consoleErrors: [] })
    await close()
  })
})

/** Rendering takes seconds, so the usual run opens the reference of one API. */
const rendered = isSlow ? variantNames : variantNames.slice(0, 1)
const references = rendered.flatMap((variant) =>
  builtInApi(variant).languages.map((language) => ({
    variant,
    language,
    path: referencePath(variant, language),
  })),
)

describe.each(references)('the reference $path in a browser', ({ variant, language, path }) => {
  let reference: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    reference = await open(path)
  })
  afterAll(() => reference?.close())

  it.each([1280, 390])('breaks no word of the title at a width of %d', async (width) => {
    const { page } = reference
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
    const { page } = reference
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
    const { page, traffic } = reference
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
    expect(traffic).toEqual({ hosts: hubOnly(), consoleErrors: [] })
  })
})

describe('a page of another origin', () => {
  it('lets a script call a mock with credentials and read the response', async () => {
    // For the browser, 127.0.0.1 and localhost are different origins, although the server is the same.
    const mock = server.url.replace('localhost', '127.0.0.1')
    const { page, close } = await open('/')
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
    await close()
  })
})

interface Operation {
  operationId: string
  summary: string
  tags: [string]
}
