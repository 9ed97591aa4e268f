import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { ConnectionError } from '../../src/conformance/connection.ts'
import { loadContract } from '../../src/conformance/contract/load.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { itemContract, startItemServer } from './item-server.ts'
import { testItems } from './items.ts'

describe('before the first test', () => {
  it.each([
    ['basePath', /^Every path is 404: the base path is wrong in --url\. Pass --url http:\S+\/shop\/v1\.$/],
    ['website', /^http:\S+ answers with HTML pages: it is a website, not the API\./],
    ['badGateway', /^Every call was 502: the server behind \S+ is not running/],
    ['moved', /^The server redirects every call to https:\/\/api\.example\.com\/shop\. Pass --url /],
  ] as const)('explains a server with the problem %s', async (fault, message) => {
    await expect(testItems(fault)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    )
  })

  it('finds a base path that stands twice in the URL', async () => {
    const { url } = await startItemServer()
    const contract = await loadContract(itemContract)
    await expect(testConformance({ contract, url: `${url}/items` })).rejects.toThrow(`Pass --url ${url}.`)
  })

  it('explains a server without any path of the contract', async () => {
    const { url } = await startItemServer()
    const contract = await loadContract(contractUrl('openfactory'), 'openfactory')
    await expect(testConformance({ contract, url })).rejects.toThrow(
      /^Every path is 404, such as POST \S+: the base path is missing in --url, or this is a different API\.$/,
    )
  })

  it.each([
    ['http://127.0.0.1:9', /^Nothing listens at 127\.0\.0\.1:9\. Start the server, or correct --url\.$/],
    ['http://nothing.invalid', /^The host nothing\.invalid cannot be resolved\. Correct --url\.$/],
  ])('explains the unreachable server %s', async (url, message) => {
    const run = testConformance({ contract: await loadContract(itemContract), url })
    await expect(run).rejects.toThrow(ConnectionError)
    await expect(run).rejects.toThrow(message)
  })

  it('sends only requests without effects before the first test', async () => {
    const { url, requests } = await startItemServer('badGateway')
    await expect(testConformance({ contract: await loadContract(itemContract), url })).rejects.toThrow('502')
    const sent = requests.map(({ method, url: path, headers }) => [method, path, headers['content-length']])
    expect(sent).toEqual([
      ['GET', '/items', undefined],
      ['POST', '/sessions', '0'],
    ])
  })
})
