import { describe, expect, it } from 'vitest'
import { readParameter } from '../../src/conformance/contract/parameters.ts'
import { measureKeywords } from '../../src/conformance/report/keyword-coverage.ts'
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

describe('readParameter', () => {
  it('reads path parameters, with and without a base path', () => {
    const read = (url: string) =>
      readParameter({ name: 'noteId', in: 'path' }, operationOf('getNote'), request(url))
    expect(read('/api/notes/n%201?x=1')).toEqual(['n 1'])
    expect(read('/shop/v1/api/notes/n1')).toEqual(['n1'])
    expect(read('/api/notes/%zz')).toEqual(['%zz'])
  })

  it('reads repeated query parameters, headers and cookies', () => {
    const list = operationOf('listNotes')
    const sent = request('/api/notes?limit=1&limit=2', [
      ['x-trace', 't-1'],
      ['Cookie', 'a=1; sid=2=3'],
    ])
    expect(readParameter({ name: 'limit', in: 'query' }, list, sent)).toEqual(['1', '2'])
    expect(readParameter({ name: 'X-Trace', in: 'header' }, list, sent)).toEqual(['t-1'])
    expect(readParameter({ name: 'sid', in: 'cookie' }, list, sent)).toEqual(['2=3'])
    expect(readParameter({ name: 'id', in: 'cookie' }, list, sent)).toEqual([])
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
