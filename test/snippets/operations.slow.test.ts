import { describe, expect, it } from 'vitest'
import { languages } from '../../src/snippets/index.ts'
import { servedNames } from '../support/served.ts'
import { contractOf, documentedStatus, runnableOrder, runOperations } from './operations.ts'

describe.each(servedNames)('the code of %s', (variant) => {
  it.each(languages.map(({ id }) => id))(
    'gets the documented response of each operation in %s',
    async (lang) => {
      const document = await contractOf(variant)
      expect(await runOperations(variant, lang)).toEqual(
        runnableOrder(document).map((endpoint) => ({
          operationId: endpoint.operation.operationId,
          statuses: [documentedStatus(document, endpoint)],
        })),
      )
    },
  )
})
