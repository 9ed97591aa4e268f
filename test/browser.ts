import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** A real Chromium, and a way to end it that leaves nothing behind. */
export interface TestBrowser {
  browser: Browser
  close: () => Promise<void>
}

/** Starts the Chromium that npm brought along on Linux, or elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<TestBrowser> {
  if (process.platform !== 'linux') {
    const browser = await chromium.launch({ channel: 'chrome' })
    return { browser, close: () => browser.close() }
  }
  const packed = await unpackedChromium()
  // It leaves files in the temporary folder.
  const folder = await mkdtemp(join(tmpdir(), 'browser-'))
  const remove = () => rm(folder, { recursive: true })
  const env = {
    ...process.env,
    TMPDIR: folder,
    LD_LIBRARY_PATH: join(packed, 'al2023/lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  }
  try {
    await writeFile(env.FONTCONFIG_FILE, fontConfig(join(packed, 'fonts'), join(folder, 'font-cache')))
    // The arguments of the package would switch off CORS and the rest of web security.
    const args = ['--no-sandbox', '--no-zygote']
    const browser = await chromium.launch({ executablePath: join(packed, 'chromium'), args, env })
    return { browser, close: () => browser.close().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Chromium crashes without fonts, and the package looks for its own where AWS Lambda has them. */
const fontConfig = (fonts: string, cache: string) =>
  `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>`

/** @returns the folder with Chromium, its fonts, and the libraries that a machine may lack */
async function unpackedChromium(): Promise<string> {
  const folder = join(inject('sharedFolder'), 'chromium')
  if (existsSync(folder)) return folder
  // Of test files that run at the same time, the first one that is ready has unpacked for all.
  const own = await mkdtemp(join(inject('sharedFolder'), 'unpacking-'))
  // The package unpacks itself into the temporary folder, and its libraries only where it takes the machine for AWS Lambda.
  const env = { TMPDIR: own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  const unpack = "import('@sparticuz/chromium').then((packed) => packed.default.executablePath())"
  await promisify(execFile)(process.execPath, ['-e', unpack], { cwd: import.meta.dirname, env })
  await rename(own, folder).catch(async (error) => {
    if (!existsSync(folder)) throw error
    await rm(own, { recursive: true })
  })
  return folder
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
