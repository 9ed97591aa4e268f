import type { Collection } from '../codegen/collection.ts'
import { readOnce } from '../common/read-once.ts'
import type { ContractFile } from '../contract-files/load.ts'
import { basePathOf } from '../openapi/base-path.ts'
import { type Api, type Download, defaultServerPath } from './api.ts'

/** The files for download that follow from any contract. */
const downloads = ['postman.json', 'bruno.json'] as const satisfies Download[]

/**
 * Describes an API that has only a contract of the user.
 * @param name its name in URLs and commands
 */
export function contractApi(name: string, { url, document, locate }: ContractFile): Api {
  const readCollection = readOnce<void, Collection>(async () => {
    const { createCollection } = await import('../codegen/collection.ts')
    return createCollection(document, `http://localhost:4000${defaultServerPath(api)}`)
  })
  const api: Api = {
    name,
    basePath: basePathOf(document),
    languages: ['en'],
    contract: url,
    readDocument: async () => document,
    locate,
    downloads,
    async readDownload(file) {
      const collection = await readCollection()
      const { render } =
        file === 'bruno.json'
          ? { render: (await import('../codegen/bruno.ts')).renderBruno }
          : { render: (await import('../codegen/postman.ts')).renderPostman }
      return `${JSON.stringify(render(collection), null, 2)}\n`
    },
  }
  return api
}
