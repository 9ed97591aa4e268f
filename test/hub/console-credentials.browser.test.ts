import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { useBrowser } from '../support/browser.ts'
import { document, requirements } from '../support/credential-kinds.ts'
import { useHub } from '../support/served-hub.ts'

const folder = await mkdtemp(join(tmpdir(), 'console-credentials-'))
afterAll(() => rm(folder, { recursive: true }))
const file = join(folder, 'kinds.json')
await writeFile(file, JSON.stringify(document))
const server = useHub({
  catalog: createCatalog([contractApi('kinds', await loadContractFile(pathToFileURL(file)))]),
})
const openPage = useBrowser()

it('sends credentials of every kind from the console', async () => {
  const page = await openPage(`${server.url}/console/kinds`)
  const statuses: Record<string, string> = {}
  for (const operation of Object.keys(requirements)) {
    await page
      .getByRole('navigation', { name: 'Operations' })
      .getByRole('link', { name: `GET ${operation}`, exact: true })
      .click()
    await page.getByRole('heading', { level: 2, name: operation, exact: true }).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const response = page.getByRole('region', { name: 'Response' })
    await response.getByRole('heading').waitFor()
    statuses[operation] = await response.locator('.status').innerText()
  }
  expect(statuses).toEqual(Object.fromEntries(Object.keys(requirements).map((name) => [name, '200'])))
})

it('encodes the user name and password of the form, and sends optional credentials only if chosen', async () => {
  const page = await openPage(`${server.url}/console/kinds?operation=basic`)
  const field = page.getByRole('textbox', { name: 'basic, sent as Authorization: Basic' })
  await field.fill('Zoë:pass:word')
  const sendRequest = async () => {
    const sent = page.waitForRequest(/\/mock\//)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    return (await sent).allHeaders()
  }
  const { authorization } = await sendRequest()
  expect(Buffer.from(authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('Zoë:pass:word')
  await page.goto(`${server.url}/console/kinds?operation=optional`)
  expect(await sendRequest()).not.toHaveProperty('authorization')
  await page.getByRole('combobox', { name: 'Send with' }).selectOption({ label: 'bearer' })
  expect(await sendRequest()).toMatchObject({ authorization: 'Bearer example' })
})
