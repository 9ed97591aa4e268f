import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Contract, createContract, mediaTypeOf } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { combineInPairs } from '../../src/conformance/packs/fuzz/combinations.ts'
import { valuesOf } from '../../src/conformance/packs/fuzz/generators.ts'
import { typedParameter } from '../../src/conformance/packs/negatives/schema-mutations.ts'
import type { Schema } from '../../src/openapi/document.ts'
import { servedNames } from '../support/served.ts'
import { notesContract } from './notes-contract.ts'
import { type Faults, startNotes } from './notes-server.ts'

let contract: Contract
beforeAll(() => {
  contract = notesContract()
})

async function fuzz(faults: Faults = {}, seed = 7) {
  const { url, requests } = await startNotes(contract, faults)
  const { failures, results } = await testConformance({ contract, url, packs: ['fuzz'], seed })
  const findings = results.flatMap((result) =>
    result.findings.map((finding) => ({
      ...finding,
      title: result.test.title,
      body: JSON.parse(finding.exchange.request.body ?? 'null'),
    })),
  )
  return { failures, results, findings, requests }
}

const example = { text: 'Buy milk', author: 'ada@example.com', size: 2, color: 'red' }
const isAstral = (character: string) => (character.codePointAt(0) ?? 0) > 0xffff

describe('fuzzCases', () => {
  it('finds nothing wrong with a correct server', async () => {
    const { failures, results } = await fuzz()
    expect(failures.map(({ finding }) => finding.message)).toEqual([])
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  })

  it('sends valid requests with bounds, optional fields and unicode', async () => {
    const { results } = await fuzz()
    const sent = results
      .filter(({ test: { operationId, title } }) => operationId === 'createNote' && title.includes('valid'))
      .flatMap(({ exchanges }) => exchanges)
    expect(sent).toHaveLength(25)
    expect(sent.every(({ response }) => response.status === 201)).toBe(true)
    const bodies = sent.map(({ request }) => JSON.parse(request.body ?? ''))
    expect(new Set(bodies.flatMap((body) => Object.keys(body))).size).toBe(11)
    expect(bodies.some(({ text }) => [...text].length === 20)).toBe(true)
    expect(bodies.some(({ text }) => /[^\x20-\x7e]/.test(text))).toBe(true)
    const emails = bodies.flatMap(({ author }) => author ?? [])
    expect(emails.every((email) => /@(sub\.)?example\.(com|org|net)$/.test(email))).toBe(true)
  })

  it('reports a crash once, with the smallest request, which differs from the example in one value', async () => {
    const { findings } = await fuzz({ crash: ({ text }) => [...String(text)].some(isAstral) })
    const crashes = findings.filter(
      ({ check, title }) => check === 'not_a_server_error' && title.includes('valid'),
    )
    expect(crashes).toHaveLength(1)
    const [{ body, hint } = { body: undefined, hint: '' }] = crashes
    expect(body).toEqual({ ...example, text: expect.any(String) })
    expect([...body.text].some(isAstral)).toBe(true)
    expect([...body.text]).toHaveLength(2)
    expect(hint).toContain('`--seed 7` sends it again')
  })

  it('shrinks numbers to the bound at which the server fails', async () => {
    const { findings } = await fuzz({ crash: ({ size }) => Number(size) > 3 })
    const [crash] = findings.filter(({ title }) => title.includes('valid'))
    expect(crash?.body).toEqual({ ...example, size: 4 })
  })

  it('sends arbitrary values in the fields and instead of the body', async () => {
    const half = await fuzz({ crashEarly: (body) => JSON.stringify(body).includes('ud800') })
    expect(JSON.stringify(half.findings[0]?.body)).toContain('ud800')
    const list = await fuzz({ crashEarly: (body) => Array.isArray(body) })
    expect(list.findings.map(({ body }) => body)).toContainEqual([])
    const wrong = await fuzz({ crashEarly: (body) => typeof (body as { tags?: unknown })?.tags === 'number' })
    expect(wrong.findings[0]?.body).toEqual({ ...example, tags: expect.any(Number) })
  })

  it('reports several causes of one operation', async () => {
    const { findings } = await fuzz({ invalidStatus: 409, crashEarly: (body) => typeof body !== 'object' })
    const found = findings.filter(({ title }) => title === 'arbitrary requests').map(({ message }) => message)
    expect(found).toEqual(
      expect.arrayContaining(['The server answered 500.', 'createNote does not declare the status 409.']),
    )
  })

  it('combines the values of different examples', async () => {
    const { findings } = await fuzz({
      crash: ({ author, code }) => author === 'ada@example.com' && code === 'AB-13',
    })
    const [crash] = findings.filter(({ title }) => title === 'values of the examples in pairs')
    expect(crash?.check).toBe('not_a_server_error')
    expect(crash?.body).toMatchObject({ author: 'ada@example.com', code: 'AB-13' })
  })

  it('sends the same requests for the same seed, and others for another', async () => {
    const faults: Faults = { crash: ({ size }) => Number(size) > 3 }
    const [first, second, other] = [await fuzz(faults), await fuzz(faults), await fuzz(faults, 8)]
    expect(first.requests.length).toBeGreaterThan(150)
    expect(second.requests.toSorted()).toEqual(first.requests.toSorted())
    expect(other.requests.toSorted()).not.toEqual(first.requests.toSorted())
  })

  it('changes nothing on a server that may only be read', async () => {
    const { url, requests } = await startNotes(contract)
    await testConformance({ contract, url, packs: ['fuzz', 'negatives'], readOnly: true })
    expect(requests.filter((request) => !/^(GET|HEAD|TRACE) /.test(request))).toEqual([])
    expect(requests.filter((request) => /^(GET|HEAD) \/api\/links/.test(request))).toEqual([])
  })
})

describe('valuesOf', () => {
  const invalidValues = (of: Contract, pointer: string, schema: Schema) =>
    fc
      .sample(valuesOf(of, schema), { numRuns: 60, seed: 3 })
      .flatMap((value) => of.checkSchema(pointer, value).map(({ message }) => `${pointer} ${message}`))

  it('generates valid values for each keyword', () => {
    const pointer = '/components/schemas/NewNote'
    expect(invalidValues(contract, pointer, { $ref: `#${pointer}` })).toEqual([])
  })

  it.for(servedNames)('generates valid values for all schemas of %s', (variant) => {
    const text = readFileSync(
      join(resolve(import.meta.dirname, '../../generated'), variant, 'openapi.json'),
      'utf8',
    )
    const api = createContract(variant, JSON.parse(text), text)
    const schemas = Object.entries(api.document.components?.schemas ?? {}).map(
      ([name, schema]) => [`/components/schemas/${name}`, schema] as const,
    )
    const bodies = api.operations.flatMap(({ body }) => {
      const media = body && mediaTypeOf(body)
      return media?.node.schema ? [[`${media.pointer}/schema`, media.node.schema] as const] : []
    })
    expect(
      [...schemas, ...bodies].flatMap(([pointer, schema]) => invalidValues(api, pointer, schema)),
    ).toEqual([])
    const parameters = api.operations.flatMap((operation) => operation.parameters)
    const invalid = parameters.flatMap(({ node: { schema = {} }, pointer }) =>
      fc
        .sample(valuesOf(api, schema), 30)
        .flatMap((value) => api.checkSchema(`${pointer}/schema`, typedParameter(api, schema, String(value)))),
    )
    expect(invalid).toEqual([])
  })

  it('ends in schemas that refer to themselves', () => {
    const node = {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
      },
    }
    const tree = createContract(
      'tree',
      { openapi: '3.1.0', info: { title: 'Tree', version: '1' }, components: { schemas: { Node: node } } },
      '{}',
    )
    expect(invalidValues(tree, '/components/schemas/Node', { $ref: '#/components/schemas/Node' })).toEqual([])
  })
})

describe('combineInPairs', () => {
  it('covers each pair of values with far fewer combinations than there are', () => {
    const sizes = [4, 3, 2, 5]
    const combinations = combineInPairs(sizes)
    for (const [a, count] of sizes.entries())
      for (const [b, other] of sizes.entries())
        for (let i = 0; i < count; i++)
          for (let j = 0; j < other; j++)
            if (a < b) expect(combinations.some((each) => each[a] === i && each[b] === j)).toBe(true)
    expect(combinations.length).toBeLessThan(30)
    expect(combineInPairs([3])).toEqual([])
  })
})
