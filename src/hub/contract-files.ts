import { stringify } from 'yaml'
import type { VariantName } from '../../generated/index.ts'
import { downloads, readDownload } from '../docs/downloads.ts'
import { readContract, readControls } from '../docs/summary.ts'
import { controlsServers, serversOf } from './servers.ts'

/** The documents of a contract: OpenAPI 3.1, and 3.0 for older tools. */
const documents = ['openapi.yaml', 'openapi.json', 'openapi-3.0.yaml', 'openapi-3.0.json'] as const
type DocumentFile = (typeof documents)[number]

/** The files of a contract for download. */
export const contractFiles = [...documents, ...downloads] as const
export type ContractFile = (typeof contractFiles)[number]

/**
 * Creates the response with a contract file.
 * @param origin the origin of the request, for the URLs of mock and sandbox
 */
export async function contractFile(
  variant: VariantName,
  file: ContractFile,
  origin: string,
): Promise<Response> {
  const document = documents.find((name) => name === file)
  if (document) return documentFile(variant, document, origin)
  const download = downloads.find((name) => name === file) ?? 'CHANGELOG.md'
  const text = await readDownload(variant, download)
  return download === 'CHANGELOG.md'
    ? // Browsers show plain text, but save Markdown.
      new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
    : new Response(text.replaceAll(collectionBaseUrl(variant), `${origin}/sandbox/${variant}`), {
        headers: { 'content-type': 'application/json' },
      })
}

/** The base URL in the generated collections. */
const collectionBaseUrl = (variant: VariantName) => `http://localhost:4000/sandbox/${variant}`

async function documentFile(variant: VariantName, file: DocumentFile, origin: string): Promise<Response> {
  const contract = await readContract(variant, file.startsWith('openapi-3.0') ? '3.0' : '3.1')
  return documentResponse({ ...contract, servers: serversOf(variant, origin) }, file)
}

/** The documents of the development controls for download. */
export const controlsFiles = ['openapi.yaml', 'openapi.json'] as const

/** Creates the response with a document of the development controls. */
export async function controlsFile(file: (typeof controlsFiles)[number], origin: string): Promise<Response> {
  return documentResponse({ ...(await readControls()), servers: controlsServers(origin) }, file)
}

/**
 * Creates the response with a document. The media type of YAML is that of RFC 9512. Timestamps are quoted,
 * because parsers of YAML 1.1 read them as dates.
 */
function documentResponse(document: object, file: DocumentFile): Response {
  return file.endsWith('.yaml')
    ? new Response(stringify(document, { compat: 'yaml-1.1' }), {
        headers: { 'content-type': 'application/yaml; charset=utf-8' },
      })
    : new Response(`${JSON.stringify(document, null, 2)}\n`, {
        headers: { 'content-type': 'application/json' },
      })
}
