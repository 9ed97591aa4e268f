import { describe, expect, it } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { problemsOf } from '../../src/conformance/contract/problems.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { notesContract } from './notes-contract.ts'

describe('createContract', () => {
  it('points to parameters of an operation and to those of its path item', () => {
    const { operations, document } = notesContract()
    const pointers = operations.flatMap(({ parameters }) => parameters.map(({ pointer }) => pointer))
    expect(pointers).toEqual([
      '/paths/~1api~1notes/get/parameters/0',
      '/paths/~1api~1notes/get/parameters/1',
      '/paths/~1api~1notes~1{noteId}/parameters/0',
      '/paths/~1api~1notes~1{noteId}/parameters/0',
      '/paths/~1api~1links~1{link}/get/parameters/0',
    ])
    for (const pointer of pointers)
      expect(resolveRef<object>(document, { $ref: `#${pointer}` })).toHaveProperty('schema')
  })
})

describe('problemsOf', () => {
  const contractWith = (schema: object) =>
    createContract(
      'acme',
      {
        openapi: '3.1.0',
        info: { title: 'Acme', version: '1' },
        components: { schemas: { A: { properties: { a: schema } } } },
      },
      '',
    )

  it('names an unusable schema once, with its place', () => {
    const contract = contractWith({ type: 'int' })
    expect(contract.checkSchema('/components/schemas/A', { a: 1 })).toEqual([])
    expect(problemsOf(contract)).toMatchObject([
      {
        message: expect.stringContaining('"int" is not a type'),
        source: { pointer: '/components/schemas/A/properties/a/type' },
      },
    ])
  })

  it('names a pattern that takes too long, which then matches every text', () => {
    const contract = contractWith({ pattern: '^(?=a)(a+)+$', type: 'string' })
    const check = () => contract.checkSchema('/components/schemas/A', { a: `${'a'.repeat(60)}!` })
    expect([check(), check()]).toEqual([[], []])
    expect(problemsOf(contract)).toMatchObject([
      {
        message: expect.stringContaining('takes more than 1 s'),
        source: { pointer: '/components/schemas/A/properties/a/pattern' },
      },
    ])
  })

  it('names every place of a pattern that takes too long, also names of properties', () => {
    const slow = '^(?=a)(a+)+$'
    const text = `${'a'.repeat(60)}!`
    const properties = {
      a: { pattern: slow },
      b: { patternProperties: { [slow]: {} } },
      c: { pattern: slow },
    }
    const contract = contractWith({ properties })
    contract.checkSchema('/components/schemas/A', { a: { a: text, b: { [text]: 1 }, c: text } })
    const at = '/components/schemas/A/properties/a/properties'
    expect(problemsOf(contract).map(({ source }) => source.pointer)).toEqual([
      `${at}/a/pattern`,
      `${at}/b/patternProperties/${slow}`,
      `${at}/c/pattern`,
    ])
  })

  it('names each wrong pattern once, at its place', () => {
    const contract = contractWith({ pattern: '(', patternProperties: { '(': {}, '[': {} } })
    contract.checkSchema('/components/schemas/A', { a: { b: 1 } })
    const at = '/components/schemas/A/properties/a'
    expect(
      problemsOf(contract)
        .map(({ source }) => source.pointer)
        .toSorted(),
    ).toEqual([`${at}/pattern`, `${at}/patternProperties/(`, `${at}/patternProperties/[`])
  })

  it('names an unusable schema unless it contains a wrong one, also behind references', () => {
    const wrong = { properties: { wrong: { type: 'int' } } }
    const contract = contractWith({
      properties: {
        wrong,
        missing: { $ref: '#/components/schemas/Missing' },
        reference: { allOf: [{ $ref: '#/components/schemas/A/properties/a/properties/wrong' }] },
      },
    })
    const at = '/components/schemas/A/properties/a/properties'
    for (const name of ['wrong', 'missing', 'reference']) contract.checkSchema(`${at}/${name}`, {})
    expect(problemsOf(contract).map(({ source }) => source.pointer)).toEqual([
      `${at}/missing`,
      `${at}/wrong/properties/wrong/type`,
    ])
  })
})
