import { expect, it } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { errorResponses, useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

it('runs the contract tests in a separate sandbox, and shows progress, report and state', async () => {
  const page = await openPage(server.url)
  const card = page.locator('#bondmcp')
  await card.getByText('Not run yet').waitFor()
  await card.getByRole('link', { name: 'Contract tests' }).click()
  const url = page.getByRole('textbox', { name: 'Base URL of the server' })
  expect(await url.inputValue()).toBe(`${server.url}/sandbox/bondmcp/~contract-tests`)
  await page.getByRole('button', { name: 'Run the tests' }).click()
  await page.getByText(/^\d+ of \d+ tests$/).waitFor()
  await page.getByText(/^Passed\./).waitFor()

  await page.getByRole('link', { name: 'Open the report' }).click()
  await page.getByRole('heading', { name: 'bondmcp' }).waitFor()
  await page.getByRole('link', { name: 'auth-contracts' }).click()
  await card.getByText(/^Passed\./).waitFor()

  const { users } = await (await fetch(`${server.url}/sandbox/bondmcp/__dev/seed`)).json()
  expect(users.length).toBeGreaterThan(0)
  const { requests } = await (await fetch(`${server.url}/requests.json`)).json()
  expect(requests).toEqual([])
})

it('says what is wrong when nothing listens at the URL, and stops a run on demand', async () => {
  const page = await openPage(`${server.url}/tests/bedrud`, { ignoredMessages: errorResponses })
  await page.getByRole('textbox', { name: 'Base URL of the server' }).fill('http://127.0.0.1:9')
  await page.getByRole('button', { name: 'Run the tests' }).click()
  await page
    .getByRole('status')
    .getByText(/127\.0\.0\.1:9/)
    .waitFor()

  await page
    .getByRole('textbox', { name: 'Base URL of the server' })
    .fill(`${server.url}/sandbox/bedrud/~contract-tests`)
  await page.getByRole('button', { name: 'Run the tests' }).click()
  await page.getByText(/^\d+ of \d+ tests$/).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText(/^Stopped after \d+ tests?\./).waitFor()
})

const send = (path: string, body: unknown, headers = {}) =>
  fetch(`${server.url}/tests/${path}`, { method: 'POST', body: JSON.stringify(body), headers })

it.each([
  [[], 'Send a JSON object'],
  [{ url: 'ftp://example.com' }, 'ftp://example.com is not an http or https URL'],
  [{ url: 'http://user:secret@localhost:1/?a=b' }, 'http://***@localhost:1/?a=b has a query'],
  [{ url: 7 }, 'url must be a text'],
  [{ readOnly: 'yes' }, 'readOnly must be true or false'],
  [{ address: 'http://localhost:1' }, 'Unknown field address'],
])('rejects the options %j with a sentence', async (body, message) => {
  const response = await send('bkend', body)
  expect([response.status, (await response.json()).detail]).toEqual([400, expect.stringContaining(message)])
})

it('keeps a run in progress, and shows no password of its URL', async () => {
  expect((await send('openfactory', { readOnly: true })).status).toBe(202)
  const again = await send('openfactory', {})
  expect([again.status, (await again.json()).detail]).toEqual([409, expect.stringContaining('are running')])
  await expect
    .poll(async () => (await fetch(`${server.url}/tests/openfactory.json`)).json())
    .toMatchObject({ state: 'done', isGreen: true })

  expect((await send('bondmcp', { url: 'http://user:secret@127.0.0.1:9' })).status).toBe(202)
  await expect
    .poll(async () => (await fetch(`${server.url}/tests/bondmcp.json`)).json())
    .toMatchObject({ state: 'notRun', url: 'http://***@127.0.0.1:9' })
  for (const path of ['/tests/bondmcp', '/tests/bondmcp.json', '/status.json'])
    expect(await (await fetch(server.url + path)).text()).not.toContain('secret')
})

it('rejects pages of other machines, unknown APIs, and a report that does not exist', async () => {
  expect((await send('bkend', {}, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await send('nope', {})).status).toBe(404)
  const report = await fetch(`${server.url}/tests/bkend/report`)
  expect([report.status, (await report.json()).detail]).toEqual([
    404,
    'The contract tests of bkend have not run yet. Run them on /tests/bkend.',
  ])
})

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)(
  'is accessible in %s mode in a window of %d pixels, like the home page',
  async (colorScheme, width) => {
    const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
    for (const path of ['/tests/bkend', '/']) {
      const page = await openPage(server.url + path, options)
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, width])
      expect([path, await accessibilityFaults(page)]).toEqual([path, []])
    }
  },
)
