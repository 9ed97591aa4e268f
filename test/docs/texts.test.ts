import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { type Guide, listGuides } from '../../src/guides/index.ts'
import { createHub } from '../../src/hub/app.ts'
import type { Document } from '../../src/openapi/document.ts'
import { requestExampleNames } from '../../src/openapi/example-request.ts'
import { exampleResponses } from '../../src/openapi/examples.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { hubPathOf, servedNames } from '../support/served.ts'

const origin = 'http://localhost:4000'
const hub = createHub({ host: '127.0.0.1', log: () => {} })
afterAll(() => hub.close())

async function get(url: string): Promise<string> {
  const response = await hub.fetch(new Request(new URL(url, origin)))
  expect([url, response.status, response.headers.get('content-type')]).toEqual([
    url,
    200,
    `text/${url.endsWith('.md') ? 'markdown' : 'plain'}; charset=utf-8`,
  ])
  return response.text()
}

const indexLine = `[llms.txt](${origin}/llms.txt)`
const guideUrl = ({ variant, language, topic }: Guide) =>
  `${origin}/docs/${variant}${language === 'en' ? '' : `/${language}`}/guides/${topic}.md`

describe.each(servedNames)('the Markdown pages of %s', async (variant) => {
  const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const endpoints = endpointsOf(document)

  it.each(endpoints.map(({ operation }) => operation.operationId ?? ''))(
    'shows every status, example and language of code of %s',
    async (operationId) => {
      const text = await get(`/docs/${variant}/operations/${operationId}.md`)
      const endpoint = endpoints.find(({ operation }) => operation.operationId === operationId)
      if (!endpoint) throw new Error(`${operationId} is missing.`)
      const [first, , title] = text.split('\n')
      expect(first).toContain(indexLine)
      expect(title).toBe(`# ${endpoint.operation.summary} (${operationId})`)
      expect(text).toContain(`\n\`${endpoint.method.toUpperCase()} ${endpoint.path}\` of the `)
      for (const name of requestExampleNames(document, endpoint)) expect(text).toContain(`\`${name}\``)
      for (const [status, examples] of exampleResponses(document, operationId) ?? []) {
        expect(text).toContain(`\n### ${status} `)
        for (const { name, response } of examples) {
          if (name !== undefined) expect(text).toContain(`\`${name}\``)
          if (typeof response.body === 'object')
            expect(text).toContain(JSON.stringify(response.body, null, status < 400 ? 2 : 0))
        }
      }
      expect(text).toContain(origin + hubPathOf(variant))
      const withoutCode = text.replaceAll(/^```typescript\n.*?^```$/gms, '')
      expect(withoutCode).not.toMatch(/undefined|\[object|NaN/)
    },
  )

  it('shows equal responses and headers of an operation once, and mentions no table of the reference', async () => {
    for (const { operation } of endpoints) {
      const text = await get(`/docs/${variant}/operations/${operation.operationId}.md`)
      const repeated = [
        ...Map.groupBy(text.match(/^```http\nHTTP[^`]+```$|^\| `.+\|$/gm) ?? [], String).values(),
      ]
      expect(repeated.filter(({ length }) => length > 1)).toEqual([])
      expect(text).not.toMatch(/table of error codes above|\]\(#/)
    }
  })

  it('contains every guide with code, and links that lead to other Markdown pages', async () => {
    const seen = new Set<string>()
    for (const guide of await listGuides(variant)) {
      const text = await get(guideUrl(guide))
      expect(text.split('\n').slice(0, 5)).toEqual([
        expect.stringContaining(indexLine),
        '',
        `# ${guide.title}`,
        '',
        guide.description,
      ])
      expect(text).not.toMatch(/^::|\]\(operation:/m)
      const links = [...text.matchAll(/\]\((http:\/\/localhost:4000\/[^)#]+)/g)].map(([, url = '']) => url)
      for (const url of links) seen.add(url)
    }
    await Promise.all([...seen].map(get))
  })
})

describe('llms.txt', () => {
  let text: string
  beforeAll(async () => {
    text = await get('/llms.txt')
  })

  it('has the parts that llmstxt.org asks for: a title, a summary, and sections that are lists of links', () => {
    const [head = '', ...sections] = text.split(/^## /m)
    expect(head).toMatch(/^# \S.*\n\n> \S.*\n\n$/)
    expect(sections.length).toBeGreaterThan(8)
    for (const section of sections)
      expect(section).toMatch(/^\S.*\n\n(?:- \[[^\]]+\]\(http:\/\/localhost:4000\/\S+\): \S.*\n)+\n?$/)
  })

  it('lists every guide and every operation once', async () => {
    const links = [...text.matchAll(/\]\((\S+)\)/g)].map(([, url]) => url)
    const expected = await Promise.all(
      variantNames.map(async (variant) => {
        const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
        return [
          ...(await listGuides(variant)).map(guideUrl),
          ...endpointsOf(document).map(
            ({ operation }) => `${origin}/docs/${variant}/operations/${operation.operationId}.md`,
          ),
        ]
      }),
    )
    expect(links.toSorted()).toEqual([...expected.flat(), `${origin}/llms-full.txt`].toSorted())
  })

  it('is the same in each request', async () => {
    expect(await get('/llms.txt')).toBe(text)
    expect(await get('/llms-full.txt')).toBe(await get('/llms-full.txt'))
  })
})

it('joins all guides and operations in llms-full.txt', async () => {
  const text = await get('/llms-full.txt')
  const guides = (await Promise.all(variantNames.map(listGuides))).flat()
  for (const { title } of guides) expect(text).toContain(`\n# ${title}\n`)
  for (const variant of variantNames) {
    const { paths } = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    for (const path of Object.keys(paths)) expect(text).toContain(` ${path}\` of the `)
  }
  expect(text).not.toContain('> Index of this documentation')
})

it('responds with 404 to the page of an unknown guide or operation', async () => {
  for (const path of ['guides/x.md', 'operations/x.md', 'ko/operations/signIn.md', 'guides/x/', 'x']) {
    const response = await hub.fetch(new Request(`${origin}/docs/${variantNames[0]}/${path}`))
    expect([path, response.status]).toEqual([path, 404])
  }
})
