import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { withCodeSamples } from '../../src/docs/code-samples.ts'
import { referenceDocument } from '../../src/docs/reference-document.ts'
import { createMock } from '../../src/hub/create-mock.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { servedNames } from '../support/served.ts'

describe.each(servedNames)('the reference document of %s', async (variant) => {
  const contract: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const document = referenceDocument(contract, { mock: '`the mock`' })
  const { description = '' } = document.info

  it('says how to ask the mock for a response, with a header that the mock accepts', async () => {
    expect(description).toContain('## Choose a response of the mock\nThe mock (`the mock`) responds')
    const [, code = '', example = ''] = /`Prefer: code=(\d+), example=(\w+)`/.exec(description) ?? []
    const { path, method } = endpointsOf(contract).find(({ operation }) => {
      const response = operation.responses?.[code]
      const [media] = Object.values((response && resolveRef(contract, response).content) ?? {})
      return media?.examples?.[example]
    }) ?? { path: '', method: '' }
    const mock = await createMock(variant, { log: () => {} })
    const response = await mock.fetch(
      new Request(`http://mock${path.replace(/\{\w+\}/g, 'google')}`, {
        method: method.toUpperCase(),
        headers: { prefer: `code=${code}, example=${example}` },
      }),
    )
    expect(response.status).toBe(Number(code))
  })

  it('links each operation to the console, if there is one', () => {
    const linked = referenceDocument(contract, { mock: 'm', console: 'http://hub.test/console' })
    for (const { operation } of endpointsOf(linked))
      expect(operation.description).toContain(`(http://hub.test/console?operation=${operation.operationId})`)
    expect(JSON.stringify(document)).not.toContain('console?operation')
  })

  it('shows the names of response examples, and leaves the contract unchanged', () => {
    const summaries = endpointsOf(document).flatMap(({ operation: { responses = {} } }) =>
      Object.values(responses).flatMap((response) =>
        Object.values(resolveRef(document, response).content ?? {}).flatMap(({ examples = {} }) =>
          Object.entries(examples).map(([name, example]) => [name, example.summary]),
        ),
      ),
    )
    expect(summaries).not.toEqual([])
    for (const [name, summary] of summaries) expect(summary).toMatch(new RegExp(`\\(${name}\\)$`))
    expect(contract.info.description).not.toContain('Prefer')
  })
})

describe('withCodeSamples', () => {
  it('adds the code of each operation in all languages, and leaves the document unchanged', async () => {
    const contract: Document = JSON.parse(await readFile(contractUrl('bkend'), 'utf8'))
    const page = withCodeSamples(contract, contract, 'bkend', 'http://hub.test/sandbox/bkend', true)
    for (const { operation } of endpointsOf(page)) {
      expect(operation['x-codeSamples']?.map(({ lang }) => lang)).toEqual([
        'TypeScript',
        'TypeScript',
        'Shell',
        'Python',
      ])
      for (const { source } of operation['x-codeSamples'] ?? [])
        expect(source).toContain('http://hub.test/sandbox/bkend')
    }
    expect(endpointsOf(contract).some(({ operation }) => operation['x-codeSamples'])).toBe(false)
  })
})
