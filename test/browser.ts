import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

/** A real Chromium, and a way to end it that leaves nothing behind. */
export type TestBrowser = { browser: Browser; close: () => Promise<void> }

/** Starts the Chromium that npm brought along on Linux, or elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<TestBrowser> {
  if (process.platform !== 'linux') {
    const browser = await chromium.launch({ channel: 'chrome' })
    return { browser, close: () => browser.close() }
  }
  const { default: packed } = await import('@sparticuz/chromium')
  // The package unpacks itself into the temporary folder; in one of our own, parallel tests never meet half a browser.
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-browser-'))
  const remove = () => rm(folder, { recursive: true })
  try {
    const executablePath = await unpackInto(folder, () => packed.executablePath())
    // Its own arguments would switch off CORS and the rest of web security. It leaves files in the temporary folder.
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--no-zygote'],
      env: { ...process.env, TMPDIR: folder },
    })
    return { browser, close: () => browser.close().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

async function unpackInto(folder: string, unpack: () => Promise<string>): Promise<string> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    return await unpack()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

/** Notes what a page asks of which host, and what it complains about on its console. */
export function watchPage(page: Page): { hosts: Set<string>; complaints: string[] } {
  const hosts = new Set<string>()
  const complaints: string[] = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http')) hosts.add(host)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { hosts, complaints }
}
