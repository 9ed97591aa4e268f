import { describe, expect, it } from 'vitest'
import { findEndpoint } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'

const document = {
  components: {
    examples: { 'a/b ~c': { value: 1 }, alias: { $ref: '#/components/examples/a~1b%20~0c' } },
    parameters: { page: { name: 'page', in: 'query' as const } },
  },
  paths: {
    '/books': {
      parameters: [
        { $ref: '#/components/parameters/page' },
        { name: 'locale', in: 'header' as const, description: 'of the path' },
      ],
      get: {
        operationId: 'listBooks',
        parameters: [{ name: 'locale', in: 'header' as const, description: 'of the operation' }],
      },
    },
  },
}

describe('resolveRef', () => {
  it('returns a node unchanged if it is not a reference', () => {
    const node = { value: 2 }
    expect(resolveRef(document, node)).toBe(node)
  })

  it('follows references to references, and decodes their JSON Pointers', () => {
    expect(resolveRef(document, { $ref: '#/components/examples/alias' })).toEqual({ value: 1 })
  })

  it('resolves references to any node, not only to components', () => {
    expect(resolveRef(document, { $ref: '#/paths/~1books/get' })).toMatchObject({ operationId: 'listBooks' })
  })

  it.each(['#/components/examples/none', '#/nowhere/at/all', '#/components/examples/a~1b%20~0c/value'])(
    'throws for the unresolvable reference %s',
    ($ref) => {
      expect(() => resolveRef(document, { $ref })).toThrow(`The reference ${$ref} cannot be resolved.`)
    },
  )
})

describe('findEndpoint', () => {
  it('lets the parameters of an operation override those of its path', () => {
    expect(findEndpoint(document, 'listBooks')).toMatchObject({
      path: '/books',
      method: 'get',
      parameters: [{ $ref: '#/components/parameters/page' }, { description: 'of the operation' }],
    })
  })

  it('returns undefined for an unknown operationId', () => {
    expect(findEndpoint(document, 'burnBooks')).toBeUndefined()
  })
})
