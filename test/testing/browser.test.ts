import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/server/index.ts'
import { launchBrowser, type TestBrowser } from '../support/chromium.ts'
import { start } from './sandbox.ts'

let chromium: TestBrowser
beforeAll(async () => {
  chromium = await launchBrowser()
})
afterAll(() => chromium.close())

/** Serves an empty page, as a frontend on another origin than the API. */
async function serveFrontend() {
  const page = '<!doctype html><title>Frontend</title>'
  const html = { 'content-type': 'text/html' }
  const server = await listen(() => new Response(page, { headers: html }), { host: '127.0.0.1', port: 0 })
  onTestFinished(server.close)
  return server.url
}

it('opens a browser that is signed in by cookies and localStorage', async () => {
  const webUrl = await serveFrontend()
  const sandbox = await start('bedrud', { webUrl })
  const { storageState, tokens, user } = await sandbox.signIn('Mary')
  const context = await chromium.browser.newContext({ storageState })
  const page = await context.newPage()
  await page.goto(webUrl)
  const stored = await page.evaluate(() => localStorage.getItem('session'))
  expect(JSON.parse(stored ?? '')).toEqual(tokens)
  const me = await page.evaluate(async (url) => {
    const response = await fetch(url, { credentials: 'include' })
    return response.json()
  }, `${sandbox.url}/api/auth/me`)
  expect(me).toMatchObject({ email: user.email })
  await context.close()
})

it('approves the consent page that a browser shows', async () => {
  const sandbox = await start('bedrud')
  const page = await chromium.browser.newPage()
  await page.goto(`${sandbox.url}/api/auth/google/login`)
  const { callbackUrl } = await sandbox.oauth.approve(page.url(), { account: 'kim@example.com' })
  const response = await page.goto(callbackUrl)
  expect(await response?.json()).toMatchObject({ user: { email: 'kim@example.com' } })
  await page.close()
})
