import { expect, it } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const server = useHub()
const openPage = useBrowser()

const post = (path: string, body: object = {}) =>
  fetch(`${server.url}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const register = (email: string, sandbox = 'bondmcp') =>
  post(`${sandbox}/mcp/auth/register`, { email, password: 'a-fine-passphrase' })

it('shows the mails of all sandboxes as they arrive, with working links and tokens to copy', async () => {
  const permissions = ['clipboard-read', 'clipboard-write']
  const page = await openPage(server.url, { permissions })
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' }).click()
  // The mails of the examples, of the sandbox that opens last, too.
  for (const email of ['grace@example.org', 'sora@example.com', 'luigi@example.org'])
    await page.getByText(`To ${email}`).waitFor()

  await register('reader@example.org')
  const mails = page.getByRole('main').getByRole('listitem')
  await page.getByText('To reader@example.org').waitFor()
  expect(await mails.first().textContent()).toContain('To reader@example.org')
  await page.getByRole('status').getByText('New mail: BondMCP').waitFor()

  await mails.first().getByRole('button', { name: 'Copy: token of' }).click()
  await page.getByText('Copied to the clipboard').waitFor()
  const token = await page.evaluate(() => navigator.clipboard.readText())
  const opened = page.waitForEvent('popup')
  await mails.first().getByRole('link').first().click()
  const popup = await opened
  await popup.getByText('Email verified successfully').waitFor()
  expect(new URL(popup.url()).searchParams.get('token')).toBe(token)

  await page.getByLabel('Recipient').fill('READER@')
  await page
    .locator('#count')
    .getByText(/^1 of \d+ mails$/)
    .waitFor()
  await page.getByRole('combobox', { name: 'API' }).selectOption('bedrud')
  await page.getByText('No mail matches the filter.').waitFor()
  await page.getByRole('combobox', { name: 'API' }).selectOption('')

  await mails.filter({ visible: true }).getByText('As HTML').click()
  const frame = mails.filter({ visible: true }).frameLocator('iframe')
  const link = await frame.getByRole('link', { name: 'Confirm your email address' }).getAttribute('href')
  expect(link).toBe(popup.url())
})

it('forgets the mails of a sandbox that is reset, and keeps those of the others', async () => {
  await register('first@example.org')
  await post('openfactory/api/auth/forgot-password', { email: 'mario@example.org' })
  const page = await openPage(`${server.url}/inbox?api=bondmcp`)
  await page.getByText('To first@example.org').waitFor()
  const others = page.locator('#mails > [data-api=openfactory]')
  const before = await others.count()
  expect(before).toBeGreaterThan(0)
  await post('bondmcp/__dev/reset')
  await page.getByText('To first@example.org').waitFor({ state: 'detached' })
  expect(await others.count()).toBe(before)
})

it('shows a mail of a named sandbox only in the inbox of that sandbox', async () => {
  const page = await openPage(`${server.url}/sandbox/bondmcp/~one/__dev/inbox`)
  await page.getByText('Live', { exact: true }).waitFor()
  await register('named@example.org', 'bondmcp/~one')
  await page.getByText('To named@example.org').waitFor()
  const { mails } = await (await fetch(`${server.url}/inbox.json?api=bondmcp`)).json()
  expect(mails.map(({ to }: { to: string }) => to)).not.toContain('named@example.org')
})

it('sorts the mails of all APIs by time in JSON, and rejects unknown APIs', async () => {
  const { mails } = await (await fetch(`${server.url}/inbox.json`)).json()
  const times = mails.map(({ sentAt }: { sentAt: string }) => sentAt)
  expect(new Set(mails.map(({ api }: { api: string }) => api)).size).toBeGreaterThan(1)
  expect(times).toEqual(times.toSorted())
  const unknown = await fetch(`${server.url}/inbox.json?api=bedrut`)
  expect([unknown.status, (await unknown.json()).detail]).toEqual([400, expect.stringContaining('bedrud')])
})

it('ends the streams of sandboxes when a page is closed', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const open = async () => {
    const closing = new AbortController()
    const { body } = await fetch(`${server.url}/inbox/events`, { signal: closing.signal })
    await body?.getReader().read()
    closing.abort()
  }
  await open()
  const before = timers()
  await Promise.all(Array.from({ length: 30 }, open))
  // Each open stream waits with a timer.
  await expect.poll(timers).toBeLessThan(before + 10)
})

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
  const page = await openPage(`${server.url}/inbox`, {
    colorScheme,
    // The policy of the page forbids the script of axe.
    bypassCSP: true,
    viewport: { width, height: 900 },
    // axe cannot reach the sandboxed frames of mails.
    ignoredMessages: /^Failed to execute 'postMessage'/,
  })
  await page.getByRole('main').getByRole('listitem').first().getByText('As HTML').click()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  expect(await accessibilityFaults(page)).toEqual([])
})
