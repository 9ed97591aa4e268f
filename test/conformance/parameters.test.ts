import { describe, expect, it } from 'vitest'
import { readParameter } from '../../src/conformance/contract/parameters.ts'
import { measureKeywords } from '../../src/conformance/report/keyword-coverage.ts'
import type { Parameter } from '../../src/openapi/document.ts'
import { notesContract } from './notes-contract.ts'

const contract = notesContract()
const request = (url: string, headers: [string, string][] = []) => ({
  method: 'GET',
  url: `http://localhost${url}`,
  headers,
  body: undefined,
})
const operationOf = (id: string) => {
  const operation = contract.operations.find((each) => each.id === id)
  if (!operation) throw new Error(`no operation ${id}`)
  return operation
}

const read = (parameter: Parameter, id: string, sent: ReturnType<typeof request>) =>
  readParameter(contract, { node: parameter, pointer: '' }, operationOf(id), sent)

describe('readParameter', () => {
  it('reads path parameters, with and without a base path', () => {
    const readId = (url: string) => read({ name: 'noteId', in: 'path' }, 'getNote', request(url))
    expect(readId('/api/notes/n%201?x=1')).toBe('n 1')
    expect(readId('/shop/v1/api/notes/n1')).toBe('n1')
    expect(readId('/api/notes/%zz')).toBe('%zz')
  })

  it('reads repeated query parameters, headers and cookies', () => {
    const sent = request('/api/notes?limit=1&limit=2', [
      ['x-trace', 't-1'],
      ['Cookie', 'a=1; sid=2=3'],
    ])
    expect(read({ name: 'limit', in: 'query' }, 'listNotes', sent)).toEqual(['1', '2'])
    expect(read({ name: 'X-Trace', in: 'header' }, 'listNotes', sent)).toBe('t-1')
    expect(read({ name: 'sid', in: 'cookie' }, 'listNotes', sent)).toBe('2=3')
    expect(read({ name: 'id', in: 'cookie' }, 'listNotes', sent)).toBeUndefined()
  })
})

describe('the coverage of keywords', () => {
  it('counts parameters in the path and in headers', () => {
    const exchangeOf = (id: string, url: string, headers: [string, string][] = []) => ({
      request: request(url, headers),
      response: { status: 404, headers: new Headers(), text: '', body: undefined },
      durationMs: 1,
      startedAt: 0,
      operation: operationOf(id),
    })
    const { items } = measureKeywords(contract, [
      exchangeOf('getNote', `/api/notes/${'n'.repeat(40)}`),
      exchangeOf('listNotes', '/api/notes', [['x-trace', 't-1']]),
    ])
    const covered = items.filter(({ isCovered }) => isCovered).map(({ keyword, aspect }) => [keyword, aspect])
    expect(covered).toEqual([
      ['pattern', '^t-\\d+$'],
      ['maxLength', 'at 40'],
    ])
  })
})
