import type { Page, Request } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import type { Details } from '../../src/hub/requests/view.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { errorResponses, type PageOptions, useBrowser } from '../support/browser.ts'
import { useHub } from '../support/served-hub.ts'

const contract = new URL('./console-fields.yaml', import.meta.url)
const api = contractApi('fields', await loadContractFile(contract))
const server = useHub({ catalog: createCatalog([api]) })
const openPage = useBrowser()

const open = (operation: string, options?: PageOptions) =>
  openPage(`${server.url}/console/fields?operation=${operation}`, options)

const sendButton = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })

/** Sends what the form holds. Returns the request, and the text of the response. */
async function send(page: Page): Promise<{ request: Request; text: string }> {
  const sent = page.waitForRequest(/\/mock\//)
  await sendButton(page).click()
  const request = await sent
  const response = page.getByRole('region', { name: 'Response' })
  await response.getByRole('heading').waitFor()
  return { request, text: await response.innerText() }
}

/** Returns the latest request in the log, with the bodies of files, which browsers do not show to tests. */
async function lastRequest(): Promise<Details['request']> {
  const { requests } = await (await fetch(`${server.url}/requests.json`)).json()
  const details = await fetch(`${server.url}/requests/${requests[0].id}.json?secrets=show`)
  return (await details.json()).request
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name })

const queryOf = (request: Request) => [...new URL(request.url()).searchParams]

const kept = /204 [\s\S]*Request and response keep the contract/

const png = { name: 'avatar.png', mimeType: 'image/png', buffer: Buffer.from([137, 80, 78, 71, 0, 255]) }

describe('the parameters of the console', () => {
  it('sends lists, objects and JSON as they are declared', async () => {
    const page = await open('listItems')
    const { request, text } = await send(page)
    expect(text).toMatch(kept)
    expect(decodeURIComponent(new URL(request.url()).pathname)).toBe('/mock/fields/items/3,4')
    expect(queryOf(request)).toEqual([
      ['tag', 'red'],
      ['tag', 'dark blue'],
      ['sort', 'name|age'],
      ['word', 'a b'],
      ['filter[from]', '1'],
      ['filter[to]', '9'],
      ['options', '{"from":1,"to":9}'],
    ])
    const { cookie = '', ...headers } = await request.allHeaders()
    expect(headers['x-ids']).toBe('7,8')
    expect(decodeURIComponent(cookie)).toBe('view=from,1,to,9; settings={"from":1,"to":9}')
    expect(await page.context().cookies()).toEqual([])
  })

  it('reads one value per line of a list, or a JSON list', async () => {
    const page = await open('listItems')
    await field(page, 'tag').fill('one\n\n two, three \n')
    const { request } = await send(page)
    expect(queryOf(request).slice(0, 2)).toEqual([
      ['tag', 'one'],
      ['tag', 'two, three'],
    ])
    await field(page, 'tag').fill('["[x]", " y"]')
    expect(queryOf((await send(page)).request).slice(0, 2)).toEqual([
      ['tag', '[x]'],
      ['tag', ' y'],
    ])
  })

  it('sends nothing while a field has invalid JSON, and explains it below the field', async () => {
    const sent: string[] = []
    const page = await open('listItems')
    page.on('request', (request) => sent.push(request.url()))
    const filter = field(page, 'filter')
    await filter.fill('{"from": ')
    await page.getByText('Not valid JSON: ').waitFor()
    await sendButton(page).click()
    expect(await filter.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await filter.getAttribute('aria-invalid')).toBe('true')
    expect(await filter.evaluate(descriptionOf)).toMatch(/^Not valid JSON: .+\. Written as JSON\.$/)
    await field(page, 'ids path').fill('')
    await sendButton(page).click()
    expect(await field(page, 'ids path').evaluate(descriptionOf)).toMatch(/^Enter the path parameter ids\./)
    expect(sent).toEqual([])
  })

  it('describes a status by its range', async () => {
    const page = await open('listItems', { ignoredMessages: errorResponses })
    await field(page, 'filter').fill('{"from": "long ago"}')
    expect((await send(page)).text).toContain('422 Invalid filter')
  })

  it('says which headers browsers do not send', async () => {
    const page = await open('listItems')
    await page.getByText('Origin header, optional. Browsers do not let pages set this header.').waitFor()
  })
})

/** Returns the texts that a control refers to. */
function descriptionOf(control: Element): string {
  const ids = control.getAttribute('aria-describedby')?.split(' ') ?? []
  return ids
    .map((id) => document.getElementById(id)?.textContent)
    .filter(Boolean)
    .join(' ')
}

describe('the bodies of the console', () => {
  it('sends JSON, a form or a multipart form, as chosen', async () => {
    const page = await open('saveProfile')
    const type = page.getByRole('combobox', { name: 'Content type' })
    expect(await type.inputValue()).toBe('application/json')
    const json = await send(page)
    expect(json.text).toMatch(kept)
    expect(json.request.postDataJSON()).toEqual({ name: 'Ada', tags: ['string'], range: { from: 1, to: 9 } })

    await type.selectOption('application/x-www-form-urlencoded')
    await field(page, 'Fields').fill('{"name": "Ada", "tags": ["a", "b"], "range": {"from": 1}}')
    const form = await send(page)
    expect(form.text).toMatch(kept)
    expect([...new URLSearchParams(form.request.postData() ?? '')]).toEqual([
      ['name', 'Ada'],
      ['tags', 'a'],
      ['tags', 'b'],
      ['range', '{"from":1}'],
    ])

    await type.selectOption('multipart/form-data')
    const avatar = { ...png, buffer: Buffer.from('a picture') }
    await page.getByLabel('avatar file, required').setInputFiles(avatar)
    await page.getByLabel('others files, optional').setInputFiles([avatar, { ...avatar, name: 'other.png' }])
    const multipart = await send(page)
    expect(multipart.text).toMatch(kept)
    expect(multipart.text).toContain('-F "avatar=@avatar.png;type=image/png"')
    const { headers, body } = await lastRequest()
    const received = await new Response(body?.text ?? '', { headers }).formData()
    const parts = [...received].map(([name, value]) => [
      name,
      typeof value === 'string' ? value : `${value.name} ${value.type}`,
    ])
    expect(parts).toEqual([
      ['name', 'Ada'],
      ['range', '{"from":1,"to":9}'],
      ['avatar', 'avatar.png image/png'],
      ['others', 'avatar.png image/png'],
      ['others', 'other.png image/png'],
    ])

    await type.selectOption('application/x-www-form-urlencoded')
    expect(await field(page, 'Fields').inputValue()).toContain('"tags": ["a", "b"]')
  })

  it('sends no form that is not a JSON object', async () => {
    const page = await open('saveProfile')
    await page.getByRole('combobox', { name: 'Content type' }).selectOption('multipart/form-data')
    const editor = field(page, 'Fields')
    for (const text of ['[]', 'name=Ada']) {
      await editor.fill(text)
      await sendButton(page).click()
      expect(await editor.evaluate(descriptionOf)).toMatch(/^Not (?:a JSON object|valid JSON: )/)
    }
    expect(await editor.evaluate((input) => input === document.activeElement)).toBe(true)
  })

  it('sends text and XML unchanged', async () => {
    const page = await open('saveNote')
    const text = await send(page)
    expect(text.text).toMatch(kept)
    expect(text.request.postData()).toBe('A "quoted" note')
    expect(text.request.headers()['content-type']).toBe('text/plain')
    await page.getByRole('combobox', { name: 'Content type' }).selectOption('application/xml')
    const xml = await send(page)
    expect(xml.text).toMatch(kept)
    expect(xml.request.postData()).toBe('<note>Hello</note>')
    expect(xml.request.headers()['content-type']).toBe('application/xml')
  })

  it('sends a file as it is', async () => {
    const page = await open('savePicture', { ignoredMessages: errorResponses })
    expect((await send(page)).text).toMatch(/400 /)
    await page.getByLabel('image/*, required').setInputFiles({ ...png, name: 'a.gif', mimeType: 'image/gif' })
    const { text } = await send(page)
    expect(text).toMatch(kept)
    expect(text).toContain('--data-binary "@file.gif"')
    expect(Object.fromEntries((await lastRequest()).headers)).toMatchObject({
      'content-type': 'image/gif',
      'content-length': String(png.buffer.length),
    })
  })
})

it.each([
  ['listItems', 'light', 1440],
  ['saveProfile', 'dark', 360],
] as const)(
  'keeps the fields of %s accessible in %s mode in a window of %d pixels',
  async (operation, colorScheme, width) => {
    const page = await open(operation, { colorScheme, bypassCSP: true, viewport: { width, height: 900 } })
    const type = page.getByRole('combobox', { name: 'Content type' })
    if (await type.isVisible()) await type.selectOption('multipart/form-data')
    else await field(page, 'filter').fill('{')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
  },
)
