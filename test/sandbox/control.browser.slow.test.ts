import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { connectSandbox } from '../../src/testing/index.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type PageOptions, useBrowser } from '../support/browser.ts'
import type { TestSandbox } from '../support/sandbox.ts'
import { useHub } from '../support/served-hub.ts'
import { serveSandbox } from '../support/served-sandbox.ts'

const openPage = useBrowser()
/** Opens the control page of a sandbox. It expects broken connections, and responses such as 400. */
const openControls = (url: string, options: PageOptions = {}) =>
  openPage(`${url}/__dev/`, { ignoredMessages: /^Failed to load resource/, ...options })

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
/** Presses a button that discards data, and confirms. */
const confirm = async (page: Page, name: string, label: string) => {
  await press(page, name)
  await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click()
}
const outcome = (page: Page, text: string) =>
  page.getByRole('status').getByText(text, { exact: true }).waitFor()
const regionOf = (page: Page, name: string) => page.getByRole('region', { name })
const offsetOf = async (sandbox: TestSandbox) =>
  (await sandbox.control<{ offsetSeconds: number }>('clock', { advanceSeconds: 0 })).offsetSeconds
const settingsOf = (sandbox: TestSandbox) => sandbox.control<Record<string, unknown>>('settings', {})

describe('the time section', () => {
  const hour = 3600
  const day = 24 * hour
  const apis: [VariantName, path: string, lifetimes: [name: string, seconds: number][]][] = [
    [
      'bedrud',
      '/api/auth/me',
      [
        ['access tokens', hour],
        ['refresh tokens', 7 * day],
      ],
    ],
    [
      'bkend',
      '/v1/auth/me',
      [
        ['access tokens', hour],
        ['refresh tokens', 7 * day],
        ['verification links', day],
        ['reset links', day],
      ],
    ],
    [
      'bondmcp',
      '/mcp/auth/api-keys',
      [
        ['access tokens', hour],
        ['verification links', day],
      ],
    ],
    [
      'openfactory',
      '/api/auth/session',
      [
        ['sessions', 30 * day],
        ['reset links', hour],
      ],
    ],
  ]
  it.each(apis)('expires what %s issues by its own lifetimes', async (name, path, lifetimes) => {
    const sandbox = await serveSandbox(name)
    const { headers } = await (await connectSandbox(sandbox.url)).signIn()
    const page = await openControls(sandbox.url)
    const buttons = page.getByRole('button', { name: /^Expire / })
    expect(
      await buttons.evaluateAll((all) => all.map((button) => button.getAttribute('aria-label'))),
    ).toEqual(lifetimes.map(([issued]) => `Expire ${issued}`))
    let offset = 0
    for (const [issued, seconds] of lifetimes) {
      expect((await fetch(sandbox.url + path, { headers })).status).toBe(offset === 0 ? 200 : 401)
      await press(page, `Expire ${issued}`)
      await page.getByRole('status').getByText(`All ${issued} issued until now have expired`).waitFor()
      offset += seconds + 1
      expect(await offsetOf(sandbox)).toBe(offset)
    }
  })

  it('advances the clock by steps and durations, and sets it back', async () => {
    const sandbox = await serveSandbox('bedrud')
    const page = await openControls(sandbox.url)
    await page.getByText('real time', { exact: true }).waitFor()
    for (const step of ['1 minute', '1 hour', '1 day']) {
      await press(page, `Advance by ${step}`)
      await outcome(page, `The clock moved on by ${step}.`)
    }
    await page.getByText('1 day 1 hour 1 minute ahead of real time').waitFor()
    await page.getByLabel('Duration').fill('1h 30m')
    await page.getByLabel('Duration').press('Enter')
    await outcome(page, 'The clock moved on by 1h 30m.')
    expect(await offsetOf(sandbox)).toBe(95_460)
    await page.getByLabel('Duration').fill('-2d')
    await press(page, 'Advance')
    await page.getByText('behind real time').waitFor()
    await press(page, 'Back to real time')
    await outcome(page, 'The clock shows real time again.')
    expect(await offsetOf(sandbox)).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Time')
  })

  it('explains durations that it cannot use', async () => {
    const page = await openControls((await serveSandbox('bedrud')).url)
    await page.getByLabel('Duration').fill('an hour')
    await press(page, 'Advance')
    await outcome(page, 'Write a duration such as 90s, 15m, 1h 30m, 7d or -1h.')
    await page.getByLabel('Duration').fill('53w')
    await press(page, 'Advance')
    await outcome(page, 'The clock moves by at most 365 days at a time.')
  })

  it('shows errors of the sandbox', async () => {
    const page = await openControls((await serveSandbox('bedrud')).url)
    await page.getByRole('textbox', { name: 'Name' }).fill('one')
    await press(page, 'Save')
    await outcome(page, 'Saved the snapshot one.')
    await page.evaluate(
      "document.querySelector('[data-path$=restore]').dataset.path = 'snapshots/two/restore'",
    )
    await confirm(page, 'Restore one', 'Restore')
    await page.getByRole('status').getByText('two').waitFor()
  })
})

describe('the network section', () => {
  it('delays requests and stops it', async () => {
    const sandbox = await serveSandbox('bedrud')
    const page = await openControls(sandbox.url)
    await page.getByLabel('Delay in ms').fill('250')
    await page.getByLabel('Jitter in ms').fill('50')
    await press(page, 'Delay requests')
    await outcome(page, 'Each request takes 250 ms longer, give or take 50 ms.')
    expect(await settingsOf(sandbox)).toMatchObject({ latency: { delayMs: 250, jitterMs: 50 } })
    await page.getByLabel('Delay in ms').fill('0')
    await press(page, 'Delay requests')
    await outcome(page, 'Each request takes up to 50 ms longer.')
    await press(page, 'Stop delaying')
    await outcome(page, 'Requests are no longer delayed.')
    expect(await settingsOf(sandbox)).toMatchObject({ latency: { delayMs: 0, jitterMs: 0 } })
  })

  it('breaks the connections of the next requests', async () => {
    const sandbox = await serveSandbox('bedrud')
    const page = await openControls(sandbox.url)
    const region = regionOf(page, 'Network')
    await press(page, 'Break connections')
    await outcome(page, 'The next request of any operation will get no response.')
    await region.getByLabel('Failure').selectOption('Half a response, after the effect')
    await region.getByRole('combobox', { name: /^Operation/ }).selectOption('signIn')
    await region.getByLabel('Requests').fill('2')
    await press(page, 'Break connections')
    await outcome(page, 'The next 2 requests of signIn will get half a response.')
    expect(await sandbox.control('faults')).toEqual({
      faults: [
        { operationId: '*', connection: 'reset', times: 1 },
        { operationId: 'signIn', connection: 'truncate', times: 2 },
      ],
    })
  })
})

it('fails requests with a response that the chosen operation declares, and removes the fault', async () => {
  const sandbox = await serveSandbox('bkend')
  const page = await openControls(sandbox.url)
  const region = regionOf(page, 'Failures')
  await region.getByRole('combobox', { name: /^Operation/ }).selectOption('signIn')
  await region.getByLabel('Response').selectOption('429 accountLocked')
  await region.getByLabel('Requests').fill('3')
  await press(page, 'Fail requests')
  await outcome(page, 'The next 3 requests of signIn will get 429 accountLocked.')
  await region.getByText('signIn: 429 accountLocked for the next 3 requests').waitFor()
  await region.getByRole('combobox', { name: /^Operation/ }).selectOption('All operations')
  await region.getByLabel('Response').selectOption('4XX, the first one of each operation')
  await press(page, 'Fail requests')
  await outcome(page, 'The next 3 requests of any operation will get 4XX.')
  await press(page, 'Remove the fault of signIn')
  await outcome(page, 'signIn: the fault is removed.')
  expect(await sandbox.control('faults')).toEqual({
    faults: [{ operationId: '*', statusClass: '4XX', times: 3 }],
  })
  await press(page, 'Remove the fault of All operations')
  await region.getByText('None.').waitFor()
})

it('switches rate limits and providers', async () => {
  const sandbox = await serveSandbox('bkend')
  const page = await openControls(sandbox.url)
  const isPressed = (name: string) => page.getByRole('button', { name, exact: true, pressed: true }).waitFor()
  await isPressed('Rate limits on')
  await press(page, 'Rate limits off')
  await outcome(page, 'No rate limit applies.')
  await isPressed('Rate limits off')
  await press(page, 'google: failing')
  await outcome(page, 'Signing in with google fails after the consent.')
  await isPressed('google: failing')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'google: failing',
  )
  await press(page, 'github: not configured')
  await outcome(page, 'Signing in with github is not configured.')
  expect(await settingsOf(sandbox)).toMatchObject({
    rateLimits: false,
    providers: { google: 'failing', github: 'unconfigured' },
  })
  await press(page, 'google: available')
  await outcome(page, 'Signing in with google works.')
})

it('saves and restores snapshots, and resets to the seed', async () => {
  const sandbox = await serveSandbox('bondmcp')
  const page = await openControls(sandbox.url)
  const register = async () => {
    const body = { email: 'new@example.org', password: 'a-fine-passphrase' }
    return (await sandbox.call('POST', '/mcp/auth/register', body)).status
  }
  expect(await register()).toBe(200)
  await page.getByRole('textbox', { name: 'Name' }).fill('registered')
  await press(page, 'Save')
  await outcome(page, 'Saved the snapshot registered.')
  await page.getByRole('textbox', { name: 'Name' }).press('Enter')
  await outcome(page, 'Replaced the snapshot registered.')
  await press(page, 'Reset to seed')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Reset to seed')
  expect(await register()).toBe(409)
  await confirm(page, 'Reset to seed', 'Reset to seed')
  await outcome(page, 'The sandbox is back at its seed and at real time.')
  expect(await register()).toBe(200)
  await confirm(page, 'Restore registered', 'Restore')
  await outcome(page, 'Restored the snapshot registered.')
  expect(await register()).toBe(409)
  await confirm(page, 'Delete registered', 'Delete')
  await outcome(page, 'Deleted the snapshot registered.')
  await regionOf(page, 'Snapshots').getByText('None.').waitFor()
})

it('shows what other clients change, and keeps the focus and the input', async () => {
  const sandbox = await serveSandbox('bedrud')
  const page = await openControls(sandbox.url)
  const delay = page.getByLabel('Delay in ms')
  await delay.fill('77')
  await sandbox.control('settings', { latency: { delayMs: 20, jitterMs: 0 } })
  await sandbox.control('clock', { advanceSeconds: 3600 })
  await page.getByText('Each request takes 20 ms longer.').waitFor()
  await page.getByText('1 hour ahead of real time').waitFor()
  expect(
    await delay.evaluate((input) => [document.activeElement === input, 'value' in input && input.value]),
  ).toEqual([true, '77'])
})

it('shows the controls as requests to copy', async () => {
  const sandbox = await serveSandbox('bedrud')
  const page = await openControls(sandbox.url)
  await page.getByText('As HTTP requests', { exact: true }).click()
  const texts = await page.locator('#requests code').allTextContents()
  expect(texts).toContain(
    `curl -X POST ${sandbox.url}/__dev/clock -H 'Content-Type: application/json' -d '{"advanceSeconds":3600}'`,
  )
  expect(texts).toContain(`curl ${sandbox.url}/__dev/inbox`)
  expect(texts).toContain(`curl -X PUT ${sandbox.url}/__dev/snapshots/one`)
})

describe('in the hub', () => {
  const server = useHub()

  it('controls the sandbox of its URL, lists isolated ones, and deletes them', async () => {
    const base = `${server.url}/sandbox/bedrud`
    const page = await openControls(`${base}/~one`)
    await press(page, 'Advance by 1 hour')
    await page.getByText('1 hour ahead of real time').waitFor()
    await regionOf(page, 'Named sandboxes').getByText('one (this one)').waitFor()
    await page.goto(`${base}/__dev/`)
    await page.getByText('real time', { exact: true }).waitFor()
    await regionOf(page, 'Named sandboxes').getByRole('link', { name: 'one' }).click()
    await page.getByText('1 hour ahead of real time').waitFor()
    await page.goto(`${base}/__dev/`)
    await confirm(page, 'Delete the sandbox one', 'Delete')
    await outcome(page, 'Deleted the sandbox one.')
    await regionOf(page, 'Named sandboxes').getByText('None.').waitFor()
  })

  it('does not open a deleted sandbox again', async () => {
    const base = `${server.url}/sandbox/bedrud`
    const page = await openControls(`${base}/~gone`)
    await page.getByText('gone (this one)').waitFor()
    await fetch(`${base}/__dev/sandboxes/gone`, { method: 'DELETE' })
    const asked = page.waitForResponse(`${base}/__dev/sandboxes`)
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await asked
    expect((await (await fetch(`${base}/__dev/sandboxes`)).json()).sandboxes).toEqual([])
  })

  it('links to the reference of the controls once', async () => {
    const page = await openControls(`${server.url}/sandbox/bedrud`)
    expect(await page.locator('a[href*=controls]').count()).toBe(1)
  })

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('is accessible in %s mode in a window of %d pixels', async (colorScheme, width) => {
    // The policy of the page forbids the script of axe.
    const options = { colorScheme, bypassCSP: true, viewport: { width, height: 900 } }
    const page = await openControls(`${server.url}/sandbox/bkend`, options)
    await page.getByText('As HTTP requests', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('a-name-that-is-long-'.repeat(3))
    await press(page, 'Save')
    await page.getByText(/^(Saved|Replaced) the snapshot/).waitFor()
    await press(page, 'Fail requests')
    await page.getByText('will get 5XX').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
    await press(page, 'Reset to seed')
    expect(await accessibilityFaults(page)).toEqual([])
    await press(page, 'Cancel')
    await page.getByLabel('Duration').fill('never')
    await press(page, 'Advance')
    await page.getByText('Write a duration').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })
})
