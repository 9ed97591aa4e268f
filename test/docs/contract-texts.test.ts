import { beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import { pagesOf } from '../../src/docs/pages.ts'
import { parameterStyles } from '../support/parameter-styles.ts'
import { teamsCatalog } from './teams.ts'

async function textsOf(api: Api): Promise<Map<string, string>> {
  const pages = await pagesOf(api, { url: (_, to) => `/${to}`, baseUrl: () => 'http://localhost:4000' })
  const entries = pages.map(async ({ path, render }) => [path, String(await render())] as const)
  return new Map(await Promise.all(entries))
}

describe('the texts about a contract of a user', () => {
  let texts: Map<string, string>
  beforeAll(async () => {
    texts = await textsOf((await teamsCatalog()).find('teams') as Api)
  })
  const read = (id: string) => texts.get(`teams/operations/${id}.md`) ?? ''

  it('has one page for each operation, in a file that any operationId can name', () => {
    expect([...texts.keys()].toSorted()).toEqual(
      [
        'MembersController_get~5B0~5D',
        'aVeryLongOperationIdThatAFrameworkGeneratedFromTheNamesOfClassesAndMethodsWithoutAnySpaces',
        'getStatus',
        'members~2Flist',
      ].map((id) => `teams/operations/${id}.md`),
    )
  })

  it('links to other operations', () => {
    expect(read('MembersController_get~5B0~5D')).toContain('[the list](/teams/operations/members~2Flist.md)')
  })

  it('shows ranges of statuses and default responses as errors', () => {
    const [, success, failure] = read('MembersController_get~5B0~5D').split(/^## (?:Responses|Errors)$/m)
    expect(success).toContain('### 200 OK')
    expect(success).not.toMatch(/4XX|default/)
    expect(failure).toMatch(/### 4XX\n\nNot found\n[^#]+### default\n\nAnything else/)
  })

  it('describes recursive schemas and values of any kind', () => {
    const text = read('members~2Flist')
    expect(text).toContain('`manager` (optional): as above')
    expect(text).toContain('`anything` (optional): any value')
    expect(text).toContain('`nothing` (optional): no value')
  })

  it('says where requests have their credentials', () => {
    expect(read('members~2Flist')).toContain('- the cookie `session` (`session`)\n')
    expect(read('getStatus')).toContain('## Authentication\n\nNone.')
    expect(read('MembersController_get~5B0~5D')).toContain(
      [
        '- the header `Authorization: Basic …` with the Base64 of `<user name>:<password>` (`password`: The password of the team), and a client certificate (`certificate`)',
        '- the header `Authorization: Bearer …` (`oauth`, with `read`, `members`)',
      ].join('\n'),
    )
  })

  it('describes and sends a parameter that is JSON', async () => {
    const file = { url: new URL('file:///styles.json'), document: parameterStyles }
    const text = (await textsOf(contractApi('styles', file as ContractFile))).get('styles/operations/json.md')
    expect(text).toMatch(/- `json` \(query, required\): object[^#]+`age` \(required\): integer/)
    expect(text).toContain('GET /json?json=%7B%22age%22%3A5%2C%22on%22%3Atrue%7D HTTP/1.1')
  })
})
