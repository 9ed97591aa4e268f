import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { inject } from 'vitest'

/** A running Chromium. `close` also removes its temporary files. */
export interface TestBrowser {
  browser: Browser
  close: () => Promise<void>
}

/** Starts the Chromium of an npm package on Linux, or the installed Chrome on other systems. */
export async function launchBrowser(): Promise<TestBrowser> {
  if (process.platform !== 'linux') {
    const browser = await chromium.launch({ channel: 'chrome' })
    return { browser, close: () => browser.close() }
  }
  // Chromium leaves files in its temporary folder.
  const folder = await mkdtemp(join(tmpdir(), 'browser-'))
  const remove = () => rm(folder, { recursive: true })
  try {
    const { executablePath, args, env } = await preparePackedChromium(folder)
    const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
    return { browser, close: () => browser.close().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * Writes a script that starts the same Chromium on Linux, for programs that get the path of a browser.
 * @param folder receives the script and the temporary files of Chromium
 */
export async function writeBrowserScript(folder: string): Promise<string> {
  const { executablePath, args, env } = await preparePackedChromium(folder)
  const script = join(folder, 'chromium.sh')
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}'`)
  const command = `#!/bin/sh\n${variables.join(' ')} exec '${executablePath}' ${args.join(' ')} "$@"\n`
  await writeFile(script, command, { mode: 0o755 })
  return script
}

/** @param folder receives the temporary files of Chromium */
async function preparePackedChromium(folder: string) {
  const packed = await unpackedChromium()
  const env = {
    TMPDIR: folder,
    LD_LIBRARY_PATH: join(packed, 'al2023/lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  }
  await writeFile(env.FONTCONFIG_FILE, fontConfig(join(packed, 'fonts'), join(folder, 'font-cache')))
  // The default arguments of the package would disable CORS and other web security.
  return { executablePath: join(packed, 'chromium'), args: ['--no-sandbox', '--no-zygote'], env }
}

/** Chromium crashes without fonts, and the package expects its fonts at a path of AWS Lambda. */
const fontConfig = (fonts: string, cache: string) =>
  `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>`

/** Unpacks Chromium once per run. Returns the folder with Chromium, its fonts and its libraries. */
async function unpackedChromium(): Promise<string> {
  const folder = join(inject('sharedFolder'), 'chromium')
  if (existsSync(folder)) return folder
  // Test files may unpack concurrently. The first one to finish provides the folder for all.
  const unpacked = await mkdtemp(join(inject('sharedFolder'), 'unpacking-'))
  // The package unpacks into the temporary folder, and unpacks its libraries only on AWS Lambda.
  const env = { TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  const unpack = "import('@sparticuz/chromium').then((packed) => packed.default.executablePath())"
  await promisify(execFile)(process.execPath, ['-e', unpack], { cwd: import.meta.dirname, env })
  await rename(unpacked, folder).catch(async (error) => {
    if (!existsSync(folder)) throw error
    await rm(unpacked, { recursive: true })
  })
  return folder
}
