import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { loadContract } from '../../src/conformance/contract/load.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { consoleReport } from '../../src/conformance/report/console.ts'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { testItems } from './items.ts'

describe('a warning', () => {
  it('says that the API key is wrong when every call is 401, and folds the failures', async () => {
    const report = await testItems('unauthorized')
    expect(report.warnings).toEqual([
      "Every call was 401: the API key is wrong. Pass it with --header 'X-API-Key: …', or as credentials.key in the hooks.",
    ])
    expect(report.failures.length).toBeGreaterThan(3)
    const text = consoleReport(report)
    expect(text).toMatch(/^Warning: Every call was 401: .*\n {2}It explains \d+ failures, left out below\./)
    expect(text.match(/^\d+\. /gm)).toBeNull()
    expect(text).toMatch(/Failed: \d+ violations\./)
  })

  it('says that the server answers 429, and reports these tests as not exercised', async () => {
    const waits: number[] = []
    const report = await testItems('rateLimited', { onWait: (seconds) => waits.push(seconds) })
    expect(report.warnings).toEqual([
      expect.stringMatching(/^The server answers 429: \d of \d tests were not exercised\. Raise its limits/),
    ])
    expect(report.failures).toEqual([])
    expect(consoleReport(report)).toMatch(/Passed\. \d of \d tests could not be exercised\.$/)
    expect(waits.length).toBeGreaterThan(2)
  })

  it('says that the server stopped answering, and ends the run', async () => {
    const report = await testItems('stops')
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^The server stopped answering after \d+ of/),
    )
  })

  it('says that sign-up is closed', async () => {
    const server = createServer((request, response) => {
      const isSignUp = request.url === '/api/auth/signup'
      const status = isSignUp ? 403 : request.url?.startsWith('/api/auth/oauth') ? 404 : 200
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'CLOSED', message: 'Closed' } }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const contract = await loadContract(contractUrl('openfactory'), 'openfactory')
    const report = await testConformance({ contract, adapter: openfactory, url, packs: ['cases'] })
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^No test data: sign-up is closed \(403\)\./),
    )
    const folded = report.failures.filter(({ explainedBy }) => explainedBy !== undefined)
    expect(folded.length).toBeGreaterThan(0)
    expect(folded.every(({ finding }) => finding.exchange.operation?.id === 'signUp')).toBe(true)
  })

  it('is absent when a server is good or has single faults', async () => {
    expect((await testItems()).warnings).toEqual([])
    expect((await testItems('wrongType')).warnings).toEqual([])
    expect((await testItems('crash')).warnings).toEqual([])
  })
})
