import { stringify } from 'yaml'
import { type Api, type Catalog, type Download, defaultServerPath } from '../catalog/api.ts'
import { readCollection } from '../catalog/collection-file.ts'
import { readControls } from '../docs/summary.ts'
import { controlsServers, serversOf } from './servers.ts'

/** The documents of a contract: OpenAPI 3.1, and 3.0 for older tools. */
const documents = ['openapi.yaml', 'openapi.json', 'openapi-3.0.yaml', 'openapi-3.0.json'] as const
type DocumentFile = (typeof documents)[number]
export type ContractFile = DocumentFile | Download

/** Returns the files of a contract for download. */
export function contractFilesOf({ downloads }: Api): ContractFile[] {
  const has3 = downloads.includes('openapi-3.0.json')
  const own = documents.filter((file) => has3 || !file.startsWith('openapi-3.0'))
  return [...new Set([...own, ...downloads])]
}

/**
 * Creates the response with a contract file.
 * @param origin the origin of the request, for the URLs of mock and sandbox
 */
export async function contractFile(api: Api, file: ContractFile, origin: string): Promise<Response> {
  const document = documents.find((name) => name === file)
  if (document) return documentFile(api, document, origin)
  if (file === 'postman.json' || file === 'bruno.json')
    return new Response(await readCollection(api, file, origin + defaultServerPath(api)), {
      headers: { 'content-type': 'application/json' },
    })
  // Browsers show plain text, but save Markdown.
  return new Response(await api.readDownload('CHANGELOG.md'), {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}

async function documentFile(api: Api, file: DocumentFile, origin: string): Promise<Response> {
  const contract = file.startsWith('openapi-3.0')
    ? JSON.parse(await api.readDownload('openapi-3.0.json'))
    : await api.readDocument()
  return documentResponse({ ...contract, servers: serversOf(api, origin) }, file)
}

/** The documents of the development controls for download. */
export const controlsFiles = ['openapi.yaml', 'openapi.json'] as const

/** Creates the response with a document of the development controls. */
export async function controlsFile(
  file: (typeof controlsFiles)[number],
  catalog: Catalog,
  origin: string,
): Promise<Response> {
  return documentResponse({ ...(await readControls()), servers: controlsServers(catalog, origin) }, file)
}

/**
 * Creates the response with a document. The media type of YAML is that of RFC 9512. Timestamps are quoted,
 * because parsers of YAML 1.1 read them as dates. Lines are not folded, because the library loses line breaks
 * of texts that start with a space.
 */
function documentResponse(document: object, file: DocumentFile): Response {
  return file.endsWith('.yaml')
    ? new Response(stringify(document, { compat: 'yaml-1.1', lineWidth: 0 }), {
        headers: { 'content-type': 'application/yaml; charset=utf-8' },
      })
    : new Response(`${JSON.stringify(document, null, 2)}\n`, {
        headers: { 'content-type': 'application/json' },
      })
}
