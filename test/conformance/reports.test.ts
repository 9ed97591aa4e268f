import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import axe from 'axe-core'
import { validate } from 'ctrf'
import harSchemas from 'har-schema'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import type { Exchange } from '../../src/conformance/exchange.ts'
import { consoleReport } from '../../src/conformance/report/console.ts'
import { ctrfReport } from '../../src/conformance/report/ctrf.ts'
import { harReport } from '../../src/conformance/report/har.ts'
import { htmlReport } from '../../src/conformance/report/html.ts'
import { jsonReport } from '../../src/conformance/report/json.ts'
import { junitReport } from '../../src/conformance/report/junit.ts'
import { measureKeywords } from '../../src/conformance/report/keyword-coverage.ts'
import type { Report } from '../../src/conformance/report/summary.ts'
import { formats } from '../../src/conformance/report/write.ts'
import { launchBrowser, type TestBrowser, watchPage } from '../browser.ts'
import type { AtEnd } from '../cli/child.ts'
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

let chromium: TestBrowser
beforeAll(async () => {
  chromium = await launchBrowser()
})
afterAll(() => chromium.close())

/** Opens a page with a content, and returns it with what it requested and logged. */
async function open(html: string, options: Parameters<TestBrowser['browser']['newPage']>[0] = {}) {
  const page = await chromium.browser.newPage(options)
  const traffic = watchPage(page)
  await page.setContent(html)
  return { page, traffic }
}

describe('every report', () => {
  it.each(Object.entries(formats))('contains no secret (%s)', async (_, format) => {
    const text = await format(await testItems('wrongType'))
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(text).toContain('***')
  })
})

describe('the JUnit report', () => {
  /** Parses XML with the parser of Chromium, which reports what is not well-formed. */
  async function parse(xml: string) {
    const { page } = await open('')
    const parsed = await page.evaluate((text) => {
      const tree = new DOMParser().parseFromString(text, 'application/xml')
      const attributes = (element: Element): Record<string, string> =>
        Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]))
      return {
        error: tree.querySelector('parsererror')?.textContent,
        root: tree.documentElement.tagName,
        suites: [...tree.querySelectorAll('testsuite')].map((suite) => ({
          attributes: attributes(suite),
          children: [...suite.children].map(({ tagName }) => tagName),
          cases: [...suite.querySelectorAll('testcase')].map((each) => ({
            attributes: attributes(each),
            children: [...each.children].map(({ tagName }) => tagName),
          })),
        })),
        failures: [...tree.querySelectorAll('failure')].map((failure) => ({
          ...attributes(failure),
          text: failure.textContent ?? '',
        })),
      }
    }, xml)
    await page.close()
    return parsed
  }

  it('has the structure that Jenkins expects, and counts its cases', async () => {
    const { error, root, suites, failures } = await parse(junitReport(await testItems('wrongType')))
    expect({ error, root }).toEqual({ error: undefined, root: 'testsuites' })
    const [suite] = suites
    expect(suite?.attributes).toEqual({
      name: 'openapi.yaml cases',
      tests: String(suite?.cases.length),
      failures: String(suite?.cases.filter(({ children }) => children.includes('failure')).length),
      errors: '0',
      skipped: '0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      // The pattern of times in the XSD of Jenkins.
      time: expect.stringMatching(/^\d{1,3}\.\d{3}$/),
    })
    expect(new Set(suite?.children)).toEqual(new Set(['properties', 'testcase']))
    expect(suite?.cases).toContainEqual(
      expect.objectContaining({
        attributes: expect.objectContaining({ classname: 'openapi.yaml.createSession', name: 'ok' }),
      }),
    )
    expect(failures[0]).toMatchObject({
      type: 'response_schema_conformance',
      message: expect.stringContaining('must be string'),
      text: expect.stringContaining('curl -i -X '),
    })
  })

  it('stays well-formed when a response has control characters and markup', async () => {
    const { error, failures } = await parse(junitReport(await testItems('crash')))
    expect(error).toBeUndefined()
    expect(failures.map(({ text }) => text).join()).toContain('panic \\u0001\\u001b[31m <&> ]]> "\'')
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

describe('the HTML report', () => {
  let report: Report
  const ends: Parameters<AtEnd>[0][] = []
  beforeAll(async () => {
    report = await testItems('wrongType', {}, (end) => ends.push(end))
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('fits %i px in %s, loads nothing, and is accessible', async (width, colorScheme) => {
    const viewport = { width, height: 900 }
    const { page, traffic } = await open(await htmlReport(report), { viewport, colorScheme })
    for (const details of await page.locator('details').all())
      await details.evaluate((each) => each.setAttribute('open', ''))
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await violationsOf(page)).toEqual([])
    expect(traffic).toEqual({ hosts: new Set(), consoleErrors: [] })
    await page.close()
  })

  it('shows the verdict, the request, the response and the rule of each failure', async () => {
    const { page } = await open(await htmlReport(report))
    expect(await page.title()).toBe('Failed: openapi.yaml')
    await page.getByText(/^Failed: \d violations?\.$/).waitFor()
    const cause = page.locator('.cause').filter({ hasText: 'must be string' }).first()
    const text = await cause.innerText()
    expect(text).toMatch(/curl -i -X (GET|POST) 'http:\/\/127/)
    expect(text).toMatch(/items\/item\.yaml:\d+ \/schemas\/Item\/properties\/id\/type/)
    expect(text).toContain('"id": 1')
    await page.close()
  })

  it('shows which responses were exercised, failed and missing', async () => {
    const { page } = await open(await htmlReport(report))
    const rowOf = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) }).innerText()
    // All three operations violate one shared schema, which is reported once.
    for (const name of ['listItems', 'createItem', 'getItem']) expect(await rowOf(name)).toContain('failed')
    expect(await rowOf('getItem')).toMatch(/failed[\s\S]*exercised/)
    expect(await rowOf('createItem')).toMatch(/not exercised/)
    await page.close()
  })

  it('shows only the chosen operation', async () => {
    const { page } = await open(await htmlReport(report))
    await page.getByLabel('Operation', { exact: true }).selectOption('createSession')
    expect(await page.locator('.cause:visible').count()).toBe(0)
    expect(await page.locator('tr[data-operation]:visible').count()).toBe(1)
    await page.getByText('0 violations').waitFor()
    await page.close()
  })

  it('runs no script of a response', async () => {
    const { page, traffic } = await open(await htmlReport(await testItems('crash')))
    expect(await page.locator('.cause pre.text').first().innerText()).toContain('<&> ]]>')
    expect(traffic.consoleErrors).toEqual([])
    await page.close()
  })

  /** Runs axe-core outside the page's Content Security Policy. */
  async function violationsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    )
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100)).join(', ')}`,
    )
  }
})
