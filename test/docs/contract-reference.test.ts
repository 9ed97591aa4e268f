import { html as htmlOf } from 'hono/html'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../src/catalog/api.ts'
import { loadReference } from '../../src/docs/reference.ts'
import { siteReference } from '../../src/docs/site.ts'
import { hubReference } from '../../src/hub/reference.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { teamsCatalog } from './teams.ts'

describe('the reference of a contract of a user', () => {
  let api: Api
  let html: string
  let document: Document
  beforeAll(async () => {
    api = (await teamsCatalog()).find('teams') as Api
    html = (await loadReference(siteReference(api, 'en'))).html
    document = JSON.parse(/^const contract = (.+)$/m.exec(html)?.[1] ?? '')
  })

  it('contains no markup of the contract', () => {
    expect(html).toContain('<title>Teams &lt;/title&gt; &amp; &quot;members&quot;</title>')
    expect(html.match(/<\/script>/g)).toHaveLength(3)
    expect(html).not.toMatch(/<(?:iframe|details|img)/)
  })

  it('links only to pages and files that exist', () => {
    const links = /<nav class="all-apis"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? ''
    expect([...links.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href)).toEqual([
      '../index.html',
      './postman.json',
      './bruno.json',
    ])
  })

  it('says how to ask the mock for a response, without examples that the contract lacks', () => {
    expect(document.info.description).toContain('\n\n# Choose a response of the mock\n')
    expect(document.info.description).toContain('with values made from the schema')
    expect(document.info.description).not.toMatch(/code=|example=/)
  })

  it('has all operations and webhooks in groups of tags', () => {
    expect(document).toMatchObject({
      'x-tagGroups': [
        { name: 'Core', tags: ['Team members'] },
        { name: 'Other', tags: ['Other things', 'other', 'webhooks'] },
      ],
    })
  })

  it('has code that calls the mock, and shows the servers of the contract in a static site', () => {
    for (const { operation } of endpointsOf(document))
      for (const { source } of operation['x-codeSamples'] ?? [])
        expect(source).toContain('http://localhost:4000/mock/teams/v1')
    expect(document.servers).toEqual([{ url: 'https://api.example.test/v1' }])
  })

  it('links each operation to the console of the hub, whatever its operationId', async () => {
    const page = await loadReference(hubReference(api, 'en', () => htmlOf``))
    expect(page.html).toContain('/console/teams?operation=MembersController_get%5B0%5D)')
    expect(page.html).toContain('/console/teams?operation=members%2Flist)')
  })
})
