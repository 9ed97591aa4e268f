import { stringify } from 'yaml'
import type { VariantName } from '../../generated/index.ts'
import { readContract } from '../docs/summary.ts'
import { serversOf } from './servers.ts'

/** The downloadable forms of a contract: OpenAPI 3.1, and 3.0 for older tools. */
export const contractFiles = ['openapi.yaml', 'openapi.json', 'openapi-3.0.yaml', 'openapi-3.0.json'] as const
export type ContractFile = (typeof contractFiles)[number]

/**
 * Responds with a contract in one of its forms (media type of YAML: RFC 9512).
 * @param origin the origin that the reader used, for the `servers` of the document
 */
export async function contractFile(
  variant: VariantName,
  file: ContractFile,
  origin: string,
): Promise<Response> {
  const contract = await readContract(variant, file.startsWith('openapi-3.0') ? '3.0' : '3.1')
  const document = { ...contract, servers: serversOf(variant, origin) }
  return file.endsWith('.yaml')
    ? new Response(stringify(document), {
        headers: { 'content-type': 'application/yaml; charset=utf-8' },
      })
    : new Response(`${JSON.stringify(document, null, 2)}\n`, {
        headers: { 'content-type': 'application/json' },
      })
}
