import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { validate } from 'ctrf'
import harSchemas from 'har-schema'
import { describe, expect, it } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import type { Exchange } from '../../src/conformance/exchange.ts'
import { consoleReport } from '../../src/conformance/report/console.ts'
import { ctrfReport } from '../../src/conformance/report/ctrf.ts'
import { harReport } from '../../src/conformance/report/har.ts'
import { jsonReport } from '../../src/conformance/report/json.ts'
import { measureKeywords } from '../../src/conformance/report/keyword-coverage.ts'
import { formats } from '../../src/conformance/report/write.ts'
import { testItems } from './items.ts'

const root = resolve(import.meta.dirname, '../..')

/** The secrets that requests and responses of the example contract contain. */
const secrets = [
  'harbour lights at nine',
  'wrong wrong wrong',
  'feedface'.repeat(4),
  'pk_0123456789abcdef0123456789abcdef',
  'tok_0123456789abcdef0123456789abcdef',
]

describe('every report', () => {
  it.each(Object.entries(formats))('contains no secret (%s)', async (_, format) => {
    const text = await format(await testItems('wrongType'))
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(text).toContain('***')
  })
})

describe('the JSON report', () => {
  it.each([undefined, 'wrongType', 'noResponse', 'unauthorized'] as const)(
    'matches its schema (fault %s)',
    async (fault) => {
      const schema = JSON.parse(readFileSync(join(root, 'src/conformance/report/report.schema.json'), 'utf8'))
      const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
      addFormats.default(ajv)
      const report = JSON.parse(jsonReport(await testItems(fault)))
      expect(ajv.validate(schema, report) ? [] : ajv.errorsText()).toEqual([])
      expect(report.passed).toBe(fault === undefined)
    },
  )

  it('names the file, line and pointer of a violated keyword', async () => {
    const { failures } = JSON.parse(jsonReport(await testItems('wrongType')))
    expect(failures[0]).toMatchObject({
      check: 'response_schema_conformance',
      source: {
        file: expect.stringMatching(/items\/item\.yaml$/),
        line: expect.any(Number),
        pointer: expect.stringMatching(/\/properties\/id\/type$/),
      },
    })
  })
})

describe('the CTRF report', () => {
  it.each([undefined, 'wrongType', 'crash'] as const)(
    'matches the published schema (fault %s)',
    async (fault) => {
      const report = JSON.parse(ctrfReport(await testItems(fault)))
      const { errors = [] } = validate(report)
      expect(errors).toEqual([])
      const { summary, tests } = report.results
      expect(summary).toMatchObject({ tests: tests.length, failed: fault ? expect.any(Number) : 0 })
      expect(tests.filter(({ status }: { status: string }) => status === 'failed')).toHaveLength(
        summary.failed,
      )
    },
  )
})

describe('the HAR report', () => {
  it('matches the published schema of HAR 1.2', async () => {
    const ajv = new Ajv({ strict: false })
    addFormats.default(ajv)
    for (const { $schema: _, ...schema } of Object.values(harSchemas)) ajv.addSchema(schema)
    const report = JSON.parse(harReport(await testItems('crash')))
    expect(ajv.validate('har.json#', report) ? [] : ajv.errorsText()).toEqual([])
    expect(report.log.entries.length).toBeGreaterThan(5)
  })
})

describe('the console report', () => {
  it('uses colours only if asked, and lets no response control the terminal', async () => {
    const report = await testItems('crash')
    expect(consoleReport(report)).not.toContain('\u001b')
    expect(consoleReport(report, { color: true })).toContain('\u001b[31m')
    expect(consoleReport(report, { color: true })).not.toContain('\u001b[31m <')
  })

  it('reports a crash once, without what the tests expected of the response', async () => {
    const { failures } = await testItems('crash')
    const ofCrash = failures.filter(({ finding }) => finding.exchange.response.status === 500)
    expect(ofCrash.map(({ finding: { check } }) => check)).toEqual([
      'not_a_server_error',
      'status_code_conformance',
    ])
  })

  it('reports a violated schema once, however many operations share it', async () => {
    const { failures } = await testItems('wrongType')
    const [cause, ...others] = failures.filter(({ finding }) => finding.message.includes('must be string'))
    expect(others).toEqual([])
    const operations = new Set(cause?.results.map(({ test }) => test.operationId))
    expect(operations).toEqual(new Set(['listItems', 'createItem', 'getItem']))
  })

  it('lists the packs in their documented order, whatever the order of the tests', async () => {
    const report = await testItems()
    const [first, ...rest] = report.results
    const abuse = first && [{ ...first, test: { ...first.test, pack: 'abuse' as const } }]
    for (const results of [
      [...(abuse ?? []), ...rest],
      [...rest, ...(abuse ?? [])],
    ])
      expect(consoleReport({ ...report, results }).match(/^ {2}[a-z]+(?= +\d+ passed)/gm)).toEqual([
        '  cases',
        '  abuse',
      ])
  })

  it('counts the causes that exceed the limit', async () => {
    const report = await testItems('wrongType')
    const [cause] = report.failures
    const failures = Array.from({ length: 25 }, () => cause as NonNullable<typeof cause>)
    const text = consoleReport({ ...report, failures })
    expect(text.match(/^\d+\. /gm)).toHaveLength(20)
    expect(text).toContain('… and 5 more causes.')
    expect(text).toContain('Failed: 25 violations.')
  })
})

describe('the coverage of keywords', () => {
  it('lists what the exchanges exercised and what not', async () => {
    const { contract, results } = await testItems()
    const { items } = measureKeywords(
      contract,
      results.flatMap(({ exchanges }) => exchanges),
    )
    const find = (side: string, end: string, aspect: string) =>
      items.find((item) => item.side === side && item.schema.endsWith(end) && item.aspect === aspect)
        ?.isCovered
    expect(find('request', 'NewItem', 'without name')).toBe(true)
    expect(find('request', 'NewItem', 'without kind')).toBe(false)
    expect(find('request', 'NewItem/properties/kind', '"light"')).toBe(true)
    expect(find('request', 'NewItem/properties/kind', '"seat"')).toBe(false)
    expect(find('request', 'NewItem/properties/name', 'above 20')).toBe(false)
    expect(find('response', 'Item/properties/note', 'null')).toBe(true)
    expect(find('response', 'Item/properties/note', 'string')).toBe(false)
    expect(find('response', 'Item/properties/kind', '"seat"')).toBe(false)
  })

  it('counts an invalid value for the branch of a union that it fits best', () => {
    const branch = (kind: string, maxLength: number) => ({
      type: 'object',
      required: ['kind', 'text'],
      properties: { kind: { const: kind }, text: { type: 'string', maxLength } },
    })
    const schema = { oneOf: [branch('note', 3), branch('memo', 5), { type: 'null' }] }
    const document = {
      openapi: '3.1.0',
      info: { title: 'Unions', version: '1.0.0' },
      paths: {
        '/any': {
          post: {
            operationId: 'post',
            requestBody: { required: true, content: { 'application/json': { schema } } },
            responses: { '204': { description: 'Done' } },
          },
        },
      },
    }
    const contract = createContract('unions.json', document, JSON.stringify(document))
    const [operation] = contract.operations
    if (!operation) throw new Error('no operation')
    const exchangeOf = (body: unknown): Exchange => ({
      request: { method: 'POST', url: 'http://localhost/any', headers: [], body: JSON.stringify(body) },
      response: { status: 204, headers: new Headers(), text: '', body: undefined },
      ...{ durationMs: 1, startedAt: 0, operation },
    })
    const { items } = measureKeywords(contract, [
      exchangeOf({ kind: 'memo', text: 'longer' }),
      exchangeOf({ kind: 'note', text: 'abc' }),
      exchangeOf({ kind: 'memo' }),
    ])
    const covered = items.filter(({ isCovered }) => isCovered)
    expect(
      covered.map(({ schema: pointer, aspect }) => `${pointer.split('/schema').at(-1)} ${aspect}`),
    ).toEqual([
      ' branch 1',
      '/oneOf/0/properties/text at 3',
      '/oneOf/1 without text',
      '/oneOf/1/properties/text above 5',
    ])
  })
})
