import { it, onTestFinished } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { useBrowser } from '../support/browser.ts'
import { serveHub, useHub } from '../support/served-hub.ts'

const contract = new URL('../../examples/own-api/openapi.yaml', import.meta.url)
const acme = contractApi('acme', await loadContractFile(contract))
/** A hub with the contract of the example. */
const server = useHub({ catalog: createCatalog([acme]) })
const openPage = useBrowser()

it('updates the states of an API without a sandbox on the home page, without console errors', async () => {
  const page = await openPage(server.url)
  const mock = page.locator('[data-part="mock"]')
  await mock.evaluate((shown) => shown.setAttribute('data-state', 'idle'))
  await fetch(`${server.url}/mock/acme/v1/me`)
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await page.locator('[data-part="mock"][data-state="ready"]').waitFor()
})

it('sends the fields of the editor as a form from the console', async () => {
  const page = await openPage(`${server.url}/console/acme?operation=postToken`)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Request and response keep the contract.').waitFor()
  await page.getByText('"access_token": "at_1"').first().waitFor()
})

it('reloads an open reference when the contract changes, and offers to do so in the console', async () => {
  const { hub, url, close } = await serveHub({ catalog: createCatalog([acme]) })
  onTestFinished(close)
  const reference = await openPage(`${url}/docs/acme/`)
  await reference.getByRole('heading', { name: 'Acme accounts' }).first().waitFor()
  const console = await openPage(`${url}/console/acme`)
  const file = await loadContractFile(contract)
  file.document.info.title = 'Changed title'
  hub.setCatalog(createCatalog([contractApi('acme', file)]))
  await console.getByText('The contract has changed.').waitFor()
  await reference.getByRole('heading', { name: 'Changed title' }).first().waitFor()
  await console.getByRole('link', { name: 'Reload the page' }).click()
  await console.getByRole('heading', { name: 'Console' }).waitFor()
  await console.getByText('Call Changed title on this machine').waitFor()
})
