import { expect, it, onTestFinished } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { createHub } from '../../src/hub/app.ts'
import { listen } from '../../src/server/listen.ts'
import { launchBrowser, watchPage } from '../browser.ts'

const contract = new URL('../../examples/own-api/openapi.yaml', import.meta.url)

/** Serves the hub with the contract of the example, and opens one of its pages. */
async function open(path: string) {
  const acme = contractApi('acme', await loadContractFile(contract))
  const hub = createHub({ catalog: createCatalog([acme]), host: '127.0.0.1', log: () => {} })
  const server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  const { browser, close } = await launchBrowser()
  onTestFinished(async () => {
    await close()
    await server.close()
    await hub.close()
  })
  const page = await browser.newPage()
  const { consoleErrors } = watchPage(page)
  await page.goto(server.url + path)
  return { browser, page, url: server.url, hub, consoleErrors }
}

it('updates the states of an API without a sandbox on the home page, without console errors', async () => {
  const { page, url, consoleErrors } = await open('/')
  const mock = page.locator('[data-part="mock"]')
  await mock.evaluate((shown) => shown.setAttribute('data-state', 'idle'))
  await fetch(`${url}/mock/acme/v1/me`)
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await page.locator('[data-part="mock"][data-state="ready"]').waitFor()
  expect(consoleErrors).toEqual([])
})

it('sends the fields of the editor as a form from the console', async () => {
  const { page } = await open('/console/acme?operation=postToken')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Request and response keep the contract.').waitFor()
  await page.getByText('"access_token": "at_1"').first().waitFor()
})

it('reloads an open reference when the contract changes, and offers to do so in the console', async () => {
  const { browser, page, url, hub, consoleErrors } = await open('/docs/acme/')
  await page.getByRole('heading', { name: 'Acme accounts' }).first().waitFor()
  const console = await browser.newPage()
  await console.goto(`${url}/console/acme`)
  const file = await loadContractFile(contract)
  file.document.info.title = 'Changed title'
  hub.setCatalog(createCatalog([contractApi('acme', file)]))
  await console.getByText('The contract has changed.').waitFor()
  await page.bringToFront()
  await page.getByRole('heading', { name: 'Changed title' }).first().waitFor()
  await console.getByRole('link', { name: 'Reload the page' }).click()
  await console.getByRole('heading', { name: 'Console' }).waitFor()
  await console.getByText('Call Changed title on this machine').waitFor()
  expect(consoleErrors).toEqual([])
})
