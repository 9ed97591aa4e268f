import { afterAll, beforeAll, expect, it } from 'vitest'
import { watchPage } from '../support/browser.ts'
import { launchBrowser, type TestBrowser } from '../support/chromium.ts'
import { demoNames } from '../support/served.ts'
import { type Consumer, createBase, createConsumer } from './consumer.ts'
import { pack } from './pack.ts'

/** The compiler options of the TypeScript template of Vite, and `strict`. */
const compilerOptions = {
  target: 'es2023',
  module: 'esnext',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  types: ['vite/client'],
  skipLibCheck: true,
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  moduleDetection: 'force',
  noEmit: true,
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  noFallthroughCasesInSwitch: true,
}

let remove: () => Promise<void>
let consumer: Consumer
let hub: Awaited<ReturnType<Consumer['start']>>
let vite: Awaited<ReturnType<Consumer['start']>>
let chromium: TestBrowser
beforeAll(async () => {
  const created = await createBase()
  remove = created.remove
  consumer = await createConsumer(created.base, {
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
  })
  const packages = [(await pack()).main, 'vite@8.4.0', 'typescript@5.9.3']
  await consumer.run('npm', ['install', '--ignore-scripts', ...packages])
  hub = await consumer.start('auth-contracts', ['start', '--port', '0', '--memory'])
  for (const name of demoNames) {
    const copy = async (file: string) => (await fetch(`${hub.url}/demo/${name}/${file}`)).text()
    await consumer.write({
      [`${name}.html`]: `<!doctype html><html lang="en"><head><title>${name}</title><link rel="icon" href="data:,"></head>
        <body><div id="app"></div><script type="module" src="/src/${name}/main.ts"></script></body></html>`,
      [`src/${name}/auth.ts`]: await copy('auth.ts'),
      [`src/${name}/main.ts`]: await copy('main.ts'),
    })
  }
  vite = await consumer.start(
    'vite',
    ['--port', '0', '--host', 'localhost'],
    /Local:\D*?(http:\/\/localhost:\d+)/,
  )
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  await vite?.stop()
  await hub?.stop()
  await remove()
})

it('compiles the copied code of all APIs with the types of the package', () => consumer.run('tsc', []))

it.each(demoNames)('signs in with the copied code of %s in a Vite project on another port', async (name) => {
  const page = await chromium.browser.newPage()
  const { hosts, consoleErrors } = watchPage(page)
  await page.goto(`${vite.url}/${name}.html`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(/^Hello, /).waitFor()
  await page.getByRole('button', { name: /again$/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('Signed out.').waitFor()
  expect(consoleErrors).toEqual([])
  expect(hosts).toEqual(new Set([new URL(vite.url).host, new URL(hub.url).host]))
  await page.close()
})

it.each(['bedrud', 'bkend'])('refreshes an expired token with the copied code of %s', async (name) => {
  const page = await chromium.browser.newPage()
  await page.goto(`${vite.url}/${name}.html`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(/^Hello, /).waitFor()
  await fetch(`${hub.url}/sandbox/${name}/__dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"advanceSeconds":3601}',
  })
  const refreshed = page.waitForResponse((response) => response.url().endsWith('/refresh'))
  await page.getByRole('button', { name: /again$/ }).click()
  expect((await refreshed).status()).toBe(200)
  await page.getByText(/^Hello, /).waitFor()
  await page.close()
})

it.each(demoNames)('serves the sample app of %s from the package', async (name) => {
  const page = await chromium.browser.newPage()
  const { consoleErrors } = watchPage(page)
  await page.goto(`${hub.url}/demo/${name}`)
  await page
    .getByRole('button', { name: /^Use .*’s account/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  expect(consoleErrors).toEqual([])
  await page.close()
})
