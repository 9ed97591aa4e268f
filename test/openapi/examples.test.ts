import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { Document, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import type { Generated } from '../codegen/documents.ts'
import { createSchemaValidator, type SchemaValidator } from '../support/schema-validator.ts'
import { servedNames } from '../support/served.ts'
import { type Example, examplesOf, schemaExamplesOf, textsIn, topLevelSchemas } from './examples.ts'

const load = async (variant: VariantName) => {
  const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const { routes }: Generated = await import(`../../generated/${variant}/routes.ts`)
  return { document, examples: examplesOf(document, { routes }), validate: createSchemaValidator(document) }
}

describe.each(servedNames)('the examples of %s', (variant) => {
  let contract: Awaited<ReturnType<typeof load>>
  beforeAll(async () => {
    contract = await load(variant)
  })

  it('validates all examples against their schemas with a strict validator', () => {
    const { document, examples, validate } = contract
    expect(examples.length).toBeGreaterThan(endpointsOf(document).length)
    const errors = examples.filter(({ isValid }) => isValid).flatMap((example) => errorOf(example, validate))
    expect(errors).toEqual([])
  })

  it('rejects the examples listed as invalid', () => {
    const { examples, validate } = contract
    const invalid = examples.filter(({ isValid }) => !isValid)
    expect(
      invalid.filter(({ schema, value }) => !validate(schema, value)).map(({ location }) => location),
    ).toEqual([])
  })

  it('validates examples and defaults within schemas', () => {
    const { document, validate } = contract
    expect(schemaExamplesOf(document).flatMap((example) => errorOf(example, validate))).toEqual([])
  })

  it('finds an example for every media type of every declared status', () => {
    const { document } = contract
    const missing = endpointsOf(document).flatMap(({ operation: { operationId, responses = {} } }) =>
      Object.entries(responses).flatMap(([status, node]) =>
        Object.entries(resolveRef(document, node).content ?? {})
          .filter(
            ([, { example, examples = {} }]) => example === undefined && Object.keys(examples).length === 0,
          )
          .map(([type]) => `${operationId} ${status} ${type}`),
      ),
    )
    expect(missing).toEqual([])
  })

  it('gets the same result from zod and JSON Schema', () => {
    const { examples } = contract
    const disagreements = examples.flatMap(({ location, value, zod, isValid }) => {
      if (!zod) return [`${location}: no zod schema`]
      const { success, error } = zod.safeParse(value)
      return success === isValid ? [] : [`${location}: ${error?.message ?? 'accepted'}`]
    })
    expect(disagreements).toEqual([])
  })

  it('finds only JWTs with a header and claims', () => {
    const { document, examples } = contract
    const all = [
      ...examples.filter(({ isValid }) => isValid),
      ...schemaExamplesOf(document),
      { location: 'security', value: document.components?.securitySchemes },
    ]
    const malformed = all.flatMap(({ location, value }) =>
      textsIn(value)
        .flatMap((text) => text.match(/eyJ[\w-]*\.[\w.-]*/g) ?? [])
        .filter((token) => !isJwt(token))
        .map((token) => `${location}: ${token}`),
    )
    expect(malformed).toEqual([])
  })

  it('compiles every schema of the contract', () => {
    const { document, validate } = contract
    for (const { schema, location } of topLevelSchemas(document)) {
      expect(() => validate(schema, undefined), location).not.toThrow()
    }
  })
})

describe('the schema validator', () => {
  it('rejects values that violate a shared schema', () => {
    const Id = { type: 'string', minLength: 2 }
    const validate = createSchemaValidator({
      openapi: '3.1.1',
      info: { title: '', version: '' },
      components: { schemas: { Id } },
    })
    const schema = { type: 'object', properties: { id: { $ref: '#/components/schemas/Id' } } }
    expect(validate(schema, { id: 'ab' })).toBeUndefined()
    expect(validate(schema, { id: 'a' })).toContain('/id')
    expect(() => validate({ type: 'string', minimum: 1 } as Schema, '')).toThrow()
  })

  it.each(['eyJ', 'eyJhbGciOiJIUzI1NiJ9.e30', 'eyJhbGciOiJIUzI1NiJ9.abc.c2ln', 'eyJhIjoxfQ.e30.c2ln'])(
    'recognises %s as malformed',
    (token) => {
      expect(isJwt(token)).toBe(false)
    },
  )

  it('recognises a token with algorithm, claims and signature', () => {
    expect(isJwt('eyJhbGciOiJIUzI1NiJ9.e30.c2ln')).toBe(true)
  })
})

function errorOf({ location, schema, value }: Example, validate: SchemaValidator): string[] {
  const error = validate(schema, value)
  return error ? [`${location}: ${error}`] : []
}

/**
 * Checks the form of RFC 7519, section 3: three parts in base64url, of which the first two are JSON objects.
 */
function isJwt(token: string): boolean {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.')
  const decode = (part: string): unknown => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString())
    } catch {
      return undefined
    }
  }
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
  const [first, second] = [decode(header), decode(claims)]
  return isObject(first) && 'alg' in first && isObject(second) && signature !== '' && rest.length === 0
}
