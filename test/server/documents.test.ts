import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { routes, schemas, securitySchemes } from '../../generated/_dev/routes.ts'
import { contractUrl } from '../../generated/index.ts'
import { type ContractApp, createApp } from '../../src/http/app.ts'
import type { Document } from '../../src/openapi/document.ts'
import { errorResponses } from '../../src/sandbox/controls/errors.ts'
import { createStub } from '../../src/server/stub.ts'
import { dereferenced, normalized } from '../codegen/documents.ts'
import { openServer } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

beforeAll(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

/** Returns the document that the app emits. Title, tags and other top-level fields come from the contract. */
function documentOf(app: ContractApp, { paths: _, components: __, ...rest }: Document): Document {
  return JSON.parse(JSON.stringify(app.getOpenAPI31Document(rest as never)))
}

const comparable = (document: Document) => dereferenced(document, normalized(document))

async function expectContract(app: ContractApp, url: URL): Promise<void> {
  const contract: Document = JSON.parse(await readFile(url, 'utf8'))
  expect(comparable(documentOf(app, contract))).toEqual(comparable(contract))
}

describe.each(servedNames)('the OpenAPI document of %s', (name) => {
  it('emits the contract unchanged from a stub', async () => {
    await expectContract(await createStub(name), contractUrl(name))
  })

  it('emits the contract unchanged from a server', async () => {
    const { app } = await openServer(name)
    await expectContract(app, contractUrl(name))
  })
})

it('emits the contract of the development controls unchanged', async () => {
  const components = { schemas, securitySchemes }
  const app = createApp({ routes, components, handlers: {}, errorResponses })
  await expectContract(app, new URL('../../generated/_dev/openapi.json', import.meta.url))
})
