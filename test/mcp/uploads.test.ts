import { expect, it, onTestFinished } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { uploadContract as document } from '../support/upload-contract.ts'
import { callTool, connectHttp, serveHub } from './clients.ts'

const operationIds = endpointsOf(document).map(({ operation }) => operation.operationId ?? '')

it.each(operationIds)('sends the files of the example of %s', async (operationId) => {
  const api = contractApi('uploads', { url: new URL('file:///uploads.json'), document } as ContractFile)
  const hub = await serveHub(createCatalog([api]))
  onTestFinished(() => hub.close())
  const client = await connectHttp(hub.url)
  onTestFinished(() => client.close())
  const { data } = await callTool(client, 'call_sandbox', { variant: 'uploads', operationId })
  expect(data).toMatchObject({ response: { status: 204 } })
})
