import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { watchPage } from '../support/browser.ts'
import { launchBrowser, writeBrowserScript } from '../support/chromium.ts'
import { type Consumer, createBase, createConsumer } from './consumer.ts'
import { pack, root } from './pack.ts'

let base: string
let remove: () => Promise<void>
let tarball: string
beforeAll(async () => {
  ;({ base, remove } = await createBase())
  tarball = (await pack()).main
})
afterAll(() => remove())

/** Copies an example out of the repository, and installs the package in it. */
async function installExample(name: string): Promise<Consumer> {
  const folder = join(root, 'examples', name)
  const paths = globSync('**/*.{ts,tsx,js,json,html,yaml}', { cwd: folder, exclude: ['node_modules'] })
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
  )
  const consumer = await createConsumer(base, Object.fromEntries(files))
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  manifest.dependencies['auth-contracts'] = `file:${tarball}`
  await consumer.write({ 'package.json': JSON.stringify(manifest) })
  await consumer.run('npm', ['install', '--ignore-scripts'])
  return consumer
}

describe('the example for Vitest', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await installExample('vitest')
  })

  it('passes its tests with mails, the clock and OAuth', async () => {
    const { stdout } = await consumer.run('npm', ['test'])
    expect(stdout).toMatch(/Tests .*2 passed/)
  })

  it('passes its type checks, including declarations', () => consumer.run('npm', ['run', 'typecheck']))

  it('needs at most 25 lines to test mails, the clock and OAuth', async () => {
    const source = await readFile(join(root, 'examples/vitest/src/auth.test.ts'), 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })
})

describe('the example of an own contract', () => {
  it('generates code that compiles, and signs in to the mock', async () => {
    const consumer = await installExample('own-api')
    await consumer.run('npm', ['run', 'generate'])
    await consumer.run('npm', ['run', 'typecheck'])
    const { stdout } = await consumer.run('npm', ['test'])
    expect(stdout).toMatch(/Tests .*2 passed/)
  })
})

describe('the example for React, Vite and MSW', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await installExample('react-vite-msw')
  })

  it('passes its tests with a wrong password, a sign-in and a silent refresh', async () => {
    const { stdout } = await consumer.run('npm', ['test'])
    expect(stdout).toMatch(/Tests .*5 passed/)
  })

  it('passes its type checks, including declarations', () => consumer.run('npm', ['run', 'typecheck']))

  it('has no mock in its production build', async () => {
    await consumer.run('npm', ['run', 'build'])
    const paths = globSync('dist/**/*', { cwd: consumer.folder }).filter((path) => /\.\w+$/.test(path))
    const texts = paths.map((path) => readFileSync(join(consumer.folder, path), 'utf8'))
    expect(paths.filter((path) => path.endsWith('.js')).length).toBeGreaterThan(0)
    expect(paths.filter((path) => /mock/i.test(path))).toEqual([])
    expect(texts.filter((text) => /mockServiceWorker|createHandlers|__dev/.test(text))).toEqual([])
  })

  it('signs in and refreshes in a browser, through the service worker', async () => {
    const dev = await consumer.start('npm', ['run', 'dev', '--', '--port', '0'], /Local: +(\S+)/)
    onTestFinished(dev.stop)
    const { browser, close } = await launchBrowser()
    onTestFinished(close)
    const page = await browser.newPage()
    const { hosts, consoleErrors } = watchPage(page)
    await page.goto(dev.url)
    await page.getByLabel('Email').fill('ada@example.org')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Hello Ada' }).waitFor()
    const session = () => page.evaluate(() => localStorage.getItem('session'))
    const before = await session()
    await page.evaluate("auth.clock.advance('2h')")
    await page.getByRole('button', { name: 'Reload profile' }).click()
    await expect.poll(session).not.toBe(before)
    await page.reload()
    await page.getByRole('heading', { name: 'Hello Ada' }).waitFor()
    expect([...hosts].sort()).toEqual(['api.example.com', new URL(dev.url).host])
    // The browser logs every 401, also before the sign-in.
    expect(consoleErrors.filter((text) => !text.includes('401'))).toEqual([])
  })
})

describe('the example for Playwright', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await installExample('playwright')
  })

  it('passes its tests in four parallel workers', async () => {
    const variables = {
      CHROMIUM: await writeBrowserScript(consumer.folder),
      PORT: String(await freePort()),
    }
    const { stdout } = await consumer.run('npm', ['test'], { variables })
    expect(stdout).toMatch(/using 4 workers/)
    expect(stdout).toMatch(/8 passed/)
  })

  it('passes its type checks', () => consumer.run('npm', ['run', 'typecheck']))

  it('needs at most 25 lines to test mails, the clock and OAuth', async () => {
    const source = await readFile(join(root, 'examples/playwright/e2e/sign-in.spec.ts'), 'utf8')
    expect(source).toMatch(/inbox[\s\S]*clock[\s\S]*oauth/)
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })
})

describe('the example for Next.js', () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await installExample('nextjs')
  })

  it('builds with the default bundler and passes its tests with an httpOnly cookie', async () => {
    const variables = {
      CHROMIUM: await writeBrowserScript(consumer.folder),
      PORT: String(await freePort()),
      API_URL: `http://localhost:${await freePort()}`,
    }
    const { stdout } = await consumer.run('npm', ['test'], { variables })
    expect(stdout).toMatch(/Next\.js .* \(Turbopack\)/)
    expect(stdout).toMatch(/3 passed/)
  })

  it('passes its type checks', () => consumer.run('npm', ['run', 'typecheck']))

  it('leaves its configuration as it is', async () => {
    const read = (folder: string) => readFile(join(folder, 'tsconfig.json'), 'utf8')
    expect(await read(consumer.folder)).toBe(await read(join(root, 'examples/nextjs')))
  })
})

/** Returns a port that is free at the moment, for servers that cannot choose one themselves. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
