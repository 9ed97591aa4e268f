import { expect, it } from 'vitest'
import { contractApi } from '../../src/catalog/contract-api.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import { pagesOf } from '../../src/docs/pages.ts'
import type { Document, Schema } from '../../src/openapi/document.ts'

const json = (schema: Schema, example?: unknown) => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
})

const codeOf = (...codes: string[]): Schema => ({
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'string', enum: codes } },
})

const problem = codeOf('invalid', 'unknown')

/** A contract with few examples, as users have them. */
const document: Document = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  paths: {
    '/thing': {
      get: {
        operationId: 'getThing',
        responses: {
          200: {
            description: 'The thing',
            content: json({ type: 'object', properties: { id: { type: 'integer' } } }),
          },
          400: { description: 'Wrong request', content: json(problem) },
          401: { description: 'No credentials' },
          404: { description: 'No thing', content: json(problem) },
          409: { description: 'A conflict', content: json(codeOf('locked'), { code: 'locked' }) },
          422: { description: 'Wrong values', content: json(problem, { code: 'invalid' }) },
          500: { description: 'Broken', content: { 'text/html': { schema: { type: 'string' } } } },
        },
      },
    },
  },
}

async function readText(): Promise<string> {
  const api = contractApi('things', { url: new URL('file:///things.json'), document } as ContractFile)
  const [page] = await pagesOf(api, { url: (_, to) => `/${to}`, baseUrl: () => 'http://localhost:4000' })
  return String(await page?.render())
}

it('shows a body for each status of an operation, and says which errors have none', async () => {
  const [, errors = ''] = (await readText()).split(/^## Errors$|^## Code$/m)
  const sections = errors.split('### ').slice(1)
  const [wrong, , missing, conflict, values, broken] = sections
  expect(wrong).toContain('Body, `application/json`:\n\n- object\n')
  expect(wrong).toContain('- Made from the schema. `{"code":"invalid"}`')
  expect(sections[1]).toBe('401 Unauthorized\n\nNo credentials\n\nNo body.\n\n')
  expect(missing).toBe('404 Not Found\n\nNo thing\n\nBody, `application/json`: as for 400.\n\n')
  expect(conflict).toContain('- `default`. `{"code":"locked"}`')
  expect(values).toContain('as for 400.\n\n- `default`. `{"code":"invalid"}`')
  expect(broken?.trim()).toBe('500 Internal Server Error\n\nBroken\n\nBody, `text/html`:\n\n- string')
})

it('shows a success without an example as a message made from the schema', async () => {
  expect(await readText()).toMatch(
    /^Made from the schema\n\n```http\nHTTP\/1\.1 200 OK\nContent-Type: application\/json\n\n\{\n {2}"id": \d+\n\}\n```$/m,
  )
})
