import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { narrowErrorCodes } from '../../src/codegen/error-codes.ts'
import type { Document, Response, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { servedNames } from '../support/served.ts'

const codes = ['taken', 'limited', 'broken']
const error: Schema = { type: 'object', properties: { code: { $ref: '#/components/schemas/Code' } } }

/** Creates a contract with one operation. */
const contractOf = (responses: Record<string, Response>, ErrorResponse: Schema): Document => ({
  openapi: '3.1.0',
  info: { title: '', version: '' },
  paths: { '/': { get: { operationId: 'read', responses } } },
  components: { schemas: { Code: { type: 'string', enum: codes }, ErrorResponse } },
})

const schema = { $ref: '#/components/schemas/ErrorResponse' }
const responseWith = (...values: unknown[]): Response => ({
  content: {
    'application/json': {
      schema,
      examples: Object.fromEntries(values.map((value, index) => [`example${index}`, { value }])),
    },
  },
})

const schemaOf = (document: Document, status: string) => {
  const [endpoint] = endpointsOf(document)
  const response = endpoint?.operation.responses?.[status]
  return response && resolveRef(document, response).content?.['application/json']?.schema
}

describe('narrowErrorCodes', () => {
  it('allows the codes of the examples, for codes at the top level and in an object', () => {
    const flat = contractOf({ 409: responseWith({ code: 'taken' }) }, error)
    expect(schemaOf(narrowErrorCodes(flat), '409')).toEqual({
      allOf: [
        schema,
        { type: 'object', required: ['code'], properties: { code: { type: 'string', enum: ['taken'] } } },
      ],
    })
    const nested = contractOf(
      { 409: responseWith({ error: { code: 'taken' } }, { error: { code: 'limited' } }) },
      { type: 'object', properties: { error } },
    )
    expect(schemaOf(narrowErrorCodes(nested), '409')).toMatchObject({
      allOf: [schema, { properties: { error: { properties: { code: { enum: ['taken', 'limited'] } } } } }],
    })
  })

  it('leaves successes, errors without examples, and errors without codes unchanged', () => {
    const success = contractOf({ 200: responseWith({ code: 'taken' }), 409: responseWith() }, error)
    expect(narrowErrorCodes(success)).toEqual(success)
    const text = contractOf(
      { 409: responseWith({ error: 'Taken' }) },
      { type: 'object', properties: { error: { type: 'string' } } },
    )
    expect(narrowErrorCodes(text)).toEqual(text)
  })

  it('does not change the contract that it receives', () => {
    const contract = contractOf({ 409: responseWith({ code: 'taken' }) }, error)
    const before = structuredClone(contract)
    narrowErrorCodes(contract)
    expect(contract).toEqual(before)
  })
})

it.each(servedNames)('finds the codes of the descriptions of %s in the examples', async (variant) => {
  const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const known = document.components?.schemas?.ErrorCode?.enum ?? []
  const differences = endpointsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.responses ?? {}).flatMap(([status, node]) => {
      if (status < '400') return []
      const { description = '', content } = resolveRef(document, node)
      const described = known.filter((code) => description.includes(`\`${code}\``))
      const examples = Object.values(content?.['application/json']?.examples ?? {})
      const shown = examples.map((example) => errorCodeOf(resolveRef(document, example).value))
      const exemplified = known.filter((code) => shown.some((other) => other === code))
      return described.join() === exemplified.join()
        ? []
        : [{ operation: `${operation.operationId} ${status}`, described, exemplified }]
    }),
  )
  expect(differences).toEqual([])
})

const errorCodeOf = (body: unknown) => (body as { error?: { code?: string } }).error?.code
