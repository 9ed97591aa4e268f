import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import type { Document, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import type { Generated } from '../codegen/documents.ts'
import { createSchemaValidator, type SchemaValidator } from '../support/schema-validator.ts'
import { type Example, examplesOf, schemaExamplesOf, textsIn, topLevelSchemas } from './examples.ts'

const load = async (variant: (typeof variantNames)[number]) => {
  const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const { routes }: Generated = await import(`../../generated/${variant}/routes.ts`)
  return { document, examples: examplesOf(document, { routes }), validate: createSchemaValidator(document) }
}

describe.each(variantNames)('the examples of %s', (variant) => {
  let contract: Awaited<ReturnType<typeof load>>
  beforeAll(async () => {
    contract = await load(variant)
  })

  it('are valid by their schemas, under a strict validator', () => {
    const { document, examples, validate } = contract
    expect(examples.length).toBeGreaterThan(endpointsOf(document).length)
    const wrong = examples.filter(({ isValid }) => isValid).flatMap((example) => complaint(example, validate))
    expect(wrong).toEqual([])
  })

  it('that are meant to be refused break their schemas', () => {
    const { examples, validate } = contract
    const refused = examples.filter(({ isValid }) => !isValid)
    expect(refused.filter(({ schema, value }) => !validate(schema, value)).map(({ place }) => place)).toEqual(
      [],
    )
  })

  it('within schemas, and the defaults, are valid', () => {
    const { document, validate } = contract
    expect(schemaExamplesOf(document).flatMap((example) => complaint(example, validate))).toEqual([])
  })

  it('exist for every media type of every declared status', () => {
    const { document } = contract
    const bare = endpointsOf(document).flatMap(({ operation: { operationId, responses = {} } }) =>
      Object.entries(responses).flatMap(([status, node]) =>
        Object.entries(resolveRef(document, node).content ?? {})
          .filter(
            ([, { example, examples = {} }]) => example === undefined && Object.keys(examples).length === 0,
          )
          .map(([type]) => `${operationId} ${status} ${type}`),
      ),
    )
    expect(bare).toEqual([])
  })

  it('are judged alike by the zod schemas', () => {
    const { examples } = contract
    const disagreements = examples.flatMap(({ place, value, zod, isValid }) => {
      if (!zod) return [`${place}: there is no zod schema`]
      const { success, error } = zod.safeParse(value)
      return success === isValid ? [] : [`${place}: ${error?.message ?? 'accepted'}`]
    })
    expect(disagreements).toEqual([])
  })

  it('that look like a JWT have a header and claims', () => {
    const { document, examples } = contract
    const all = [
      ...examples.filter(({ isValid }) => isValid),
      ...schemaExamplesOf(document),
      { place: 'security', value: document.components?.securitySchemes },
    ]
    const wrong = all.flatMap(({ place, value }) =>
      textsIn(value)
        .flatMap((text) => text.match(/eyJ[\w-]*\.[\w.-]*/g) ?? [])
        .filter((token) => !isJwt(token))
        .map((token) => `${place}: ${token}`),
    )
    expect(wrong).toEqual([])
  })

  it('belong to schemas that compile, used or not', () => {
    const { document, validate } = contract
    for (const { schema, place } of topLevelSchemas(document)) {
      expect(() => validate(schema, undefined), place).not.toThrow()
    }
  })
})

describe('the validator', () => {
  it('refuses what breaks a schema, wherever the schema is shared', () => {
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
    'takes %s for no JWT',
    (token) => {
      expect(isJwt(token)).toBe(false)
    },
  )

  it('takes a token with algorithm, claims and signature for a JWT', () => {
    expect(isJwt('eyJhbGciOiJIUzI1NiJ9.e30.c2ln')).toBe(true)
  })
})

function complaint({ place, schema, value }: Example, validate: SchemaValidator): string[] {
  const wrong = validate(schema, value)
  return wrong ? [`${place}: ${wrong}`] : []
}

/** RFC 7519, section 3: three parts in base64url, the first two of them JSON objects. */
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
