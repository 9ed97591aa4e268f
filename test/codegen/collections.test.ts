import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { collectionUrl, contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { openSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { type PostmanCollection, runPostman } from './collection-runner.ts'

/** The parts of a Bruno collection that describe a request. */
interface BrunoCollection {
  items: {
    name: string
    request: {
      url: string
      method: string
      headers: { name: string; value: string }[]
      auth: { mode: string; bearer?: { token: string } }
      params: { name: string; value: string; type: string; enabled: boolean; description?: string }[]
      body: { json?: string }
    }
  }[]
  root: { request: { vars: { req: { name: string; value: string }[] } } }
}

const readJson = async (url: URL) => JSON.parse(await readFile(url, 'utf8'))

const readPostman = (variant: VariantName): Promise<PostmanCollection> =>
  readJson(collectionUrl(variant, 'postman'))

describe.each(servedNames)('the collection of %s', (variant) => {
  it('succeeds with every request in order on a new sandbox', async () => {
    const sandbox = await openSandbox(variant, { operator: { rateLimits: false } })
    const outcomes = await runPostman(await readPostman(variant), sandbox)
    expect(outcomes.filter(({ status, failed }) => status >= 400 || failed.length > 0)).toEqual([])
  })
})

describe.each(variantNames)('the collection of %s', (variant) => {
  it('contains each operation once, with all credentials of its first security requirement', async () => {
    const document = await readJson(contractUrl(variant))
    const { item } = await readPostman(variant)
    const sent = item.map(({ request: { method, auth, url } }) => [
      `${method} /${url.path.join('/')}`,
      auth?.type,
    ])
    const schemes = document.components?.securitySchemes ?? {}
    const declared = endpointsOf(document).map(({ method, path, operation }) => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      Object.keys((operation.security ?? document.security)?.[0] ?? {})
        .map((name) => schemes[name].scheme?.toLowerCase())
        .find((scheme) => scheme !== undefined),
    ])
    expect(sent.toSorted()).toEqual(declared.toSorted())
  })

  it('sends the same requests and variables from Bruno as from Postman', async () => {
    const postman = await readPostman(variant)
    const bruno: BrunoCollection = await readJson(collectionUrl(variant, 'bruno'))
    const toPairs = (fields: { name: string; value: string; enabled?: boolean; description?: string }[]) =>
      fields.map(({ name, value, enabled = true, description }) => ({
        key: name,
        value,
        ...(description !== undefined && { description }),
        ...(!enabled && { disabled: true }),
      }))
    expect(
      bruno.items.map(({ name, request: { url, method, headers, auth, params, body } }) => {
        const ofType = (type: string) => toPairs(params.filter((parameter) => parameter.type === type))
        const { mode, bearer } = auth
        const sent = [toPairs(headers), mode, bearer?.token, ofType('query'), ofType('path'), body.json]
        return [name, method, url, ...sent]
      }),
    ).toEqual(
      postman.item.map(({ name, request: { method, auth, header, url, body } }) => [
        name,
        method,
        url.raw,
        header,
        auth?.type ?? 'none',
        auth?.bearer?.[0]?.value,
        url.query ?? [],
        url.variable ?? [],
        body?.mode === 'raw' ? body.raw : undefined,
      ]),
    )
    expect(toPairs(bruno.root.request.vars.req)).toEqual(
      postman.variable.map(({ key, value }) => ({ key, value })),
    )
  })
})
