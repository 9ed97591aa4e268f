import { describe, expect, it } from 'vitest'
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
