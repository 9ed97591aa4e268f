import { describe, expect, it } from 'vitest'
import { type ConformanceOptions, testConformance } from '../../src/conformance/index.ts'
import { consoleReport } from '../../src/conformance/report/console.ts'
import { countOutcomes, type Report } from '../../src/conformance/report/summary.ts'
import { portalContract } from './portal-contract.ts'
import { credentials, type Fault, startPortal } from './portal-server.ts'

/** Tests a server with a fault by a contract without knowledge about its API. */
async function testPortal(
  fault?: Fault,
  options: Partial<ConformanceOptions> = {},
): Promise<Report & { bodies: string[] }> {
  const contract = portalContract()
  const { url, bodies } = await startPortal(contract, fault)
  const hooks = { credentials }
  return { ...(await testConformance({ contract, url, seed: 1, hooks, ...options })), bodies }
}

const checksOf = ({ failures }: Report) => [...new Set(failures.map(({ finding }) => finding.check))].sort()

describe('a contract without examples', () => {
  it('finds nothing wrong with a correct server, and exercises all responses', async () => {
    const report = await testPortal()
    expect(report.failures.map(({ finding }) => finding.message)).toEqual([])
    expect(report.warnings).toEqual([])
    expect(report.coverage.responses).toMatchObject({ covered: 8, total: 8 })
    expect(report.results.filter(({ outcome }) => outcome !== 'passed').map(({ reason }) => reason)).toEqual(
      [],
    )
  })

  it('sends forms, files, and parameters in their styles', async () => {
    const { results, bodies } = await testPortal(undefined, { packs: ['cases'] })
    const urls = results.flatMap(({ exchanges }) => exchanges.map(({ request }) => new URL(request.url)))
    expect(
      urls
        .map(({ search }) => decodeURIComponent(search))
        .filter(Boolean)
        .sort(),
    ).toEqual([expect.stringMatching(/^\?fields=name&page\[size\]=[1-9]\d?$/), `?key=${credentials.key}`])
    expect(bodies.find((body) => body.startsWith('application/x-www'))).toMatch(
      / grant_type=client_credentials$/,
    )
    expect(bodies.find((body) => body.startsWith('multipart/form-data; boundary='))).toMatch(
      /name="file"; filename="file.png"\r\nContent-Type: image\/png\r\n\r\nstring\r\n/,
    )
    const json = bodies.find((body) => body.startsWith('application/json'))?.replace(/^\S+ /, '')
    expect(JSON.parse(json ?? '')).toEqual({
      password: 'stringstring',
      name: expect.stringMatching(/^[A-Z][a-z]+$/),
      contact: { kind: 'mail', email: 'user@example.com' },
      team: { title: 'string' },
    })
  })

  it('says that the contract is at fault if an example violates its schema, once', async () => {
    const report = await testPortal(undefined, { packs: ['cases'] })
    expect(report.contractProblems).toEqual([
      {
        message: 'The example of the schema Member.joined violates its schema: must match format "date".',
        source: expect.objectContaining({ file: 'portal.json', line: expect.any(Number) }),
      },
    ])
    expect(consoleReport(report)).toContain('1 problem of the contract itself, not of the server:')
  })
})

it('says that the contract is at fault if it does not declare a security scheme', async () => {
  const contract = portalContract()
  delete contract.document.components?.securitySchemes?.login
  const { url } = await startPortal(contract, 'noCredentials')
  const hooks = { credentials }
  const report = await testConformance({
    contract,
    url,
    hooks,
    operations: ['addMember'],
    packs: ['negatives'],
  })
  expect(report.failures).toEqual([])
  expect(report.contractProblems).toContainEqual({
    message: 'addMember demands the security scheme login, which the contract does not declare.',
    source: expect.objectContaining({ pointer: '/paths/~1members/post/security' }),
  })
})

describe('a wrong server', () => {
  it.for<[fault: Fault, checks: string[], options: Partial<ConformanceOptions>]>([
    ['acceptsAnything', ['ignored_auth', 'negative_data_rejection'], { operations: ['uploadPicture'] }],
    ['noCredentials', ['ignored_auth'], { operations: ['issueToken'] }],
    ['wrongStatus', ['status_code_conformance'], { operations: ['addMember'] }],
    ['wrongBody', ['response_schema_conformance'], { packs: ['cases'] }],
    ['missingHeader', ['no_store', 'response_headers_conformance'], { packs: ['cases'] }],
    ['undeclared', ['status_code_conformance'], { packs: ['cases'] }],
  ])('is found by a contract without examples: %s', async ([fault, checks, options]) => {
    expect(checksOf(await testPortal(fault, { packs: ['cases', 'negatives'], ...options }))).toEqual(checks)
  })
})

describe('testConformance', () => {
  it('takes credentials from headers, and removes them from requests without credentials', async () => {
    const encoded = Buffer.from(credentials.client).toString('base64')
    const headers = { Authorization: `Basic ${encoded}`, Cookie: `theme=dark; sid=${credentials.session}` }
    const report = await testPortal(undefined, {
      ...{ headers, hooks: {}, packs: ['negatives'], operations: ['issueToken', 'getMember'] },
    })
    expect(report.failures.map(({ finding }) => finding.message)).toEqual([])
    expect(countOutcomes(report)).toMatchObject({ failed: 0, notExercised: 0 })
  })

  it('names each credential that a run lacks', async () => {
    const report = await testPortal(undefined, { hooks: {} })
    const reasons = new Set(
      report.results.map(({ reason }) => reason).filter((reason) => reason !== undefined),
    )
    expect(report.failures).toEqual([])
    expect([...reasons].sort()).toEqual([
      'The run has no credential of key. Pass one as credentials.key in the hooks.',
      "The run has no credential of login. Pass one with --header 'Authorization: Bearer …', or as credentials.login in the hooks.",
      "The run has no credential of session. Pass one with --header 'Cookie: sid=…', or as credentials.session in the hooks.",
      `The run has no user name and password of client. Pass them with --header 'Authorization: Basic <Base64 of user:password>', or as credentials.client in the hooks, such as "user:password".`,
    ])
    expect(report.warnings).toContainEqual(expect.stringContaining('Every call was 401'))
  })

  it('warns of a server that accepts credentials which the test made up', async () => {
    const report = await testPortal('noCredentials', { hooks: {}, packs: ['cases'] })
    expect(report.warnings).toEqual([
      expect.stringMatching(/^The server accepts credentials that the test made up, such as those of \w+/),
    ])
  })
})
