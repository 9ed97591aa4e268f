import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { htmlReport } from '../../src/conformance/report/html.ts'
import { junitReport } from '../../src/conformance/report/junit.ts'
import type { Report } from '../../src/conformance/report/summary.ts'
import type { AtEnd } from '../cli/child.ts'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type PageOptions, useBrowser } from '../support/browser.ts'
import { testItems } from './items.ts'

const openPage = useBrowser()

/** Opens a page with a content. */
async function open(html: string, options?: PageOptions): Promise<Page> {
  const page = await openPage('about:blank', options)
  await page.setContent(html)
  return page
}

describe('the JUnit report', () => {
  /** Parses XML with the parser of Chromium, which reports what is not well-formed. */
  async function parse(xml: string) {
    const page = await open('')
    return page.evaluate((text) => {
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
    const page = await open(await htmlReport(report), { viewport, colorScheme })
    for (const details of await page.locator('details').all())
      await details.evaluate((each) => each.setAttribute('open', ''))
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it('shows the verdict, the request, the response and the rule of each failure', async () => {
    const page = await open(await htmlReport(report))
    expect(await page.title()).toBe('Failed: openapi.yaml')
    await page.getByText(/^Failed: \d violations?\.$/).waitFor()
    const cause = page.locator('.cause').filter({ hasText: 'must be string' }).first()
    const text = await cause.innerText()
    expect(text).toMatch(/curl -i -X (GET|POST) 'http:\/\/127/)
    expect(text).toMatch(/items\/item\.yaml:\d+ \/schemas\/Item\/properties\/id\/type/)
    expect(text).toContain('"id": 1')
  })

  it('shows which responses were exercised, failed and missing', async () => {
    const page = await open(await htmlReport(report))
    const rowOf = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) }).innerText()
    // All three operations violate one shared schema, which is reported once.
    for (const name of ['listItems', 'createItem', 'getItem']) expect(await rowOf(name)).toContain('failed')
    expect(await rowOf('getItem')).toMatch(/failed[\s\S]*exercised/)
    expect(await rowOf('createItem')).toMatch(/not exercised/)
  })

  it('shows only the chosen operation', async () => {
    const page = await open(await htmlReport(report))
    await page.getByLabel('Operation', { exact: true }).selectOption('createSession')
    expect(await page.locator('.cause:visible').count()).toBe(0)
    expect(await page.locator('tr[data-operation]:visible').count()).toBe(1)
    await page.getByText('0 violations').waitFor()
  })

  it('runs no script of a response', async () => {
    const page = await open(await htmlReport(await testItems('crash')))
    expect(await page.locator('.cause pre.text').first().innerText()).toContain('<&> ]]>')
  })
})
