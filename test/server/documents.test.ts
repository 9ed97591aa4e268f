import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { routes, schemas, securitySchemes } from '../../generated/_dev/routes.ts'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { type ContractApp, createApp } from '../../src/http/app.ts'
import type { Document } from '../../src/openapi/document.ts'
import { errorResponses } from '../../src/sandbox/controls/errors.ts'
import { createStub } from '../../src/server/stub.ts'
import { dereferenced, normalized } from '../codegen/documents.ts'
import { openServer } from '../support/sandbox.ts'

beforeAll(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

/** What the app emits; what no route can know (title, tags, ...) is the contract's. */
function documentOf(app: ContractApp, { paths: _, components: __, ...rest }: Document): Document {
  return JSON.parse(JSON.stringify(app.getOpenAPI31Document(rest as never)))
}

const whole = (document: Document) => dereferenced(document, normalized(document))

async function expectContract(app: ContractApp, url: URL): Promise<void> {
  const contract: Document = JSON.parse(await readFile(url, 'utf8'))
  expect(whole(documentOf(app, contract))).toEqual(whole(contract))
}

describe.each(variantNames)('the app of %s', (name) => {
  it('emits its contract as a stub, field for field', async () => {
    await expectContract(await createStub(name), contractUrl(name))
  })

  it('emits its contract as a running server, field for field', async () => {
    const { app } = await openServer(name)
    await expectContract(app, contractUrl(name))
  })
})

it('the app of the development controls emits its contract, field for field', async () => {
  const components = { schemas, securitySchemes }
  const app = createApp({ routes, components, handlers: {}, errorResponses })
  await expectContract(app, new URL('../../generated/_dev/openapi.json', import.meta.url))
})
