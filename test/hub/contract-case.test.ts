import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { redocly } from '../support/respect.ts'

const json = { 'content-type': 'application/json' }
const password = 'a "$inputs.nope" {$statusCode} passphrase'

let server: Listening
let folder = ''
const hub = createHub({
  host: '127.0.0.1',
  log: () => {},
  sandboxes: { data: null, origin: () => server.url },
})
beforeAll(async () => {
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'case-'))
})
afterAll(async () => {
  await hub.close()
  await server.close()
  await rm(folder, { recursive: true })
})

const sandbox = (path: string) => `/sandbox/openfactory/~recorded${path}`
const call = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, { redirect: 'manual', ...init })
const post = (path: string, body: unknown, headers = {}) =>
  call(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })
const newest = async (query = '') => {
  const { requests } = await (await call('/requests.json')).json()
  return (await (await call(`/requests/${requests[0].id}.json${query}`)).json()).code
}
const signUp = (email: string, base = sandbox('')) =>
  post(`${base}/api/auth/signup`, { email, password, name: 'Ada', organizationName: 'Engines' })

/** Runs contract cases with Redocly against a sandbox. */
async function respect(texts: string[], name: string, inputs: Record<string, string> = {}) {
  const files = await Promise.all(
    texts.map(async (text) => {
      const file = join(folder, `${crypto.randomUUID()}.arazzo.yaml`)
      await writeFile(file, text)
      return file
    }),
  )
  return redocly([
    ...['respect', ...files, '-S', `openfactory=${server.url}/sandbox/openfactory/~${name}`],
    ...Object.entries(inputs).flatMap(([input, value]) => ['-i', `${input}=${value}`]),
  ])
}

describe('a contract case', () => {
  it('repeats requests with Redocly, and expects the same statuses and error codes', async () => {
    const cases: string[] = []
    const response = await signUp('case@example.org')
    cases.push((await newest('?secrets=show')).contractCase)
    const { session, organization } = await response.json()
    await post(sandbox('/api/auth/signin'), { email: 'case@example.org', password: 'wrong' })
    cases.push((await newest('?secrets=show')).contractCase)
    const headers = { authorization: `Bearer ${session.token}` }
    await call(sandbox(`/api/organizations/${organization.id}/api-keys`), { headers })
    const listKeys = (await newest()).contractCase
    expect(listKeys).not.toContain(session.token)

    const { output, failed } = await respect(cases, 'repeated')
    expect([failed, output.match(/✓ (success criteria|status code|schema) check/g)?.length]).toEqual([
      false,
      7,
    ])
    const other = await (await signUp('other@example.org', '/sandbox/openfactory/~repeated')).json()
    const own = listKeys.replaceAll(organization.id, other.organization.id)
    expect((await respect([own], 'repeated', { sessionToken: other.session.token })).failed).toBe(false)
    expect((await respect([own], 'repeated', { sessionToken: 'of-session-unknown' })).output).toContain(
      '✗ success criteria check - $statusCode == 200',
    )
  })

  it('is an Arazzo workflow with the command that runs it', async () => {
    await post(
      sandbox('/api/auth/signin'),
      { email: 'nobody@example.org', password: 'wrong' },
      { 'x-sandbox': 'one' },
    )
    const { contractCase } = await newest('?secrets=show')
    expect(contractCase.split('\n').slice(0, 2)).toEqual([
      '# Save as signIn401.arazzo.yaml. To run it against your backend, replace the URL after -S:',
      `# npx @redocly/cli respect signIn401.arazzo.yaml -S openfactory=${server.url}${sandbox('')}`,
    ])
    expect(parse(contractCase)).toEqual({
      arazzo: '1.0.1',
      info: { title: 'Contract case of signIn', version: '1.0.0' },
      sourceDescriptions: [
        { name: 'openfactory', type: 'openapi', url: `${server.url}/contracts/openfactory/openapi.yaml` },
      ],
      workflows: [
        {
          workflowId: 'signIn401',
          summary: 'signIn responds with 401.',
          steps: [
            {
              stepId: 'signIn',
              operationId: 'signIn',
              parameters: [{ name: 'X-Sandbox', in: 'header', value: 'one' }],
              requestBody: {
                contentType: 'application/json',
                payload: { email: 'nobody@example.org', password: 'wrong' },
              },
              successCriteria: [
                { condition: '$statusCode == 401' },
                { condition: '$response.body#/error/code == "INVALID_CREDENTIALS"' },
              ],
            },
          ],
        },
      ],
    })
  })

  it.each([
    ['a path outside of the contract', () => call(sandbox('/nope'))],
    ['a redirect', () => call(sandbox('/api/auth/oauth/google'))],
    [
      'a body that is not JSON',
      () => call(sandbox('/api/auth/signin'), { method: 'POST', headers: json, body: '{' }),
    ],
  ])('is missing for %s', async (_, send) => {
    await send()
    expect((await newest('?secrets=show')).contractCase).toBeUndefined()
  })
})
