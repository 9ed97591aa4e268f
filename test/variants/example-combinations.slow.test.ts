import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { credentialFields, credentialsOf, requirementsOf } from '../../src/openapi/credentials.ts'
import type { Document, Exemplified, Operation } from '../../src/openapi/document.ts'
import { type Endpoint, endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { createResponseCheck } from '../mock/schemas.ts'
import { accessTokenOf } from '../server/cases.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { combine } from './combine.ts'

/** A value of a part of a request; undefined if the part is absent. */
interface Choice {
  part: 'path' | 'query' | 'header' | 'cookie' | 'credentials' | 'body'
  name: string
  value: unknown
}

/** More are reduced to pairs of values. */
const maxCombinations = 150

const contracts = await Promise.all(
  servedNames.map(async (variant) => {
    const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    const operations = endpointsOf(document).map((endpoint) => ({
      operationId: endpoint.operation.operationId ?? '',
      endpoint,
      combinations: combine(factorsOf(document, endpoint), maxCombinations),
    }))
    return { variant, document, operations }
  }),
)

describe.each(contracts)('combined examples of $variant', ({ variant, document, operations }) => {
  const check = createResponseCheck(document)

  it.each(operations)(
    'returns a declared response below 500 from $operationId',
    async ({ endpoint, combinations }) => {
      expect(combinations.length).toBeGreaterThan(0)
      const failures: string[] = []
      for (const combination of combinations) {
        const sandbox = await openSandbox(variant, { operator: { rateLimits: false } })
        const response = await send(sandbox, endpoint, combination)
        const text = await response.text()
        const problems = check(endpoint.path, endpoint.method, response.status, text)
        if (response.status >= 500) problems.push(`${response.status} ${text}`)
        for (const { level, err } of sandbox.lines) if (level === 'error') problems.push(String(err))
        if (problems.length > 0) failures.push(`${JSON.stringify(combination)}: ${problems.join(', ')}`)
      }
      expect(failures).toEqual([])
    },
  )
})

/** Returns the choices for each part of a request: its examples, and its absence if it is optional. */
function factorsOf(document: Document, { operation, parameters }: Endpoint): Choice[][] {
  const choices = (part: Choice['part'], name: string, node: Exemplified, isRequired: boolean): Choice[] => {
    const named = { ...node.examples, ...node['x-invalid-examples'] }
    const values = Object.values(named).map((example) => resolveRef(document, example).value)
    return [...values, ...(isRequired && values.length > 0 ? [] : [undefined])].map((value) => ({
      part,
      name,
      value,
    }))
  }
  const body = operation.requestBody && resolveRef(document, operation.requestBody)
  const [media] = Object.values(body?.content ?? {})
  return [
    credentialChoices(document, operation),
    ...parameters
      .map((parameter) => resolveRef(document, parameter))
      .map((parameter) => choices(parameter.in, parameter.name, parameter, parameter.in === 'path')),
    ...(media ? [choices('body', '', media, false)] : []),
  ]
}

/** Returns the headers of each security alternative with its example credentials, and none. */
function credentialChoices(document: Document, operation: Operation): Choice[] {
  const headers = requirementsOf(document, operation).map(
    (requirement) => credentialFields(credentialsOf(document, requirement)).headers,
  )
  return [...headers, {}].map((value) => ({ part: 'credentials', name: '', value }))
}

async function send(sandbox: TestSandbox, { path, method }: Endpoint, combination: Choice[]) {
  const url = new URL(sandbox.publicUrl)
  url.pathname += path.slice(url.pathname === '/' ? 1 : 0)
  const headers = new Headers()
  let body: string | undefined
  for (const { part, name, value } of combination) {
    if (value === undefined) continue
    if (part === 'path')
      url.pathname = url.pathname.replace(`%7B${name}%7D`, encodeURIComponent(String(value)))
    if (part === 'query') url.searchParams.set(name, String(value))
    if (part === 'header') headers.set(name, String(value))
    if (part === 'cookie') headers.append('cookie', `${name}=${value}`)
    if (part === 'body') body = JSON.stringify(value)
    if (part === 'credentials')
      for (const [header, credential] of Object.entries(value as Record<string, string>))
        headers.append(header, await withSession(sandbox, credential))
  }
  if (body !== undefined) headers.set('content-type', 'application/json')
  return sandbox.fetch(
    new Request(url, { method: method.toUpperCase(), headers, ...(body !== undefined && { body }) }),
    { ip: '192.0.2.1' },
  )
}

/** Replaces the JWT of an example, whose signature is invalid, with a new token of the same user. */
async function withSession(sandbox: TestSandbox, credential: string): Promise<string> {
  const [jwt, payload = ''] = /eyJ[\w-]+\.([\w-]+)\.[\w-]+/.exec(credential) ?? []
  if (jwt === undefined) return credential
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return credential.replace(jwt, await accessTokenOf(sandbox, sub))
}
