import { stringify } from 'yaml'
import type { VariantName } from '../../generated/index.ts'
import { readContract } from '../docs/summary.ts'
import { serversOf } from './servers.ts'

/** The files of a contract for download: OpenAPI 3.1, and 3.0 for older tools. */
export const contractFiles = ['openapi.yaml', 'openapi.json', 'openapi-3.0.yaml', 'openapi-3.0.json'] as const
export type ContractFile = (typeof contractFiles)[number]

/**
 * Creates the response with a contract file. The media type of YAML is that of RFC 9512. Timestamps are
 * quoted, because parsers of YAML 1.1 read them as dates.
 * @param origin the origin of the request, for the `servers` of the document
 */
export async function contractFile(
  variant: VariantName,
  file: ContractFile,
  origin: string,
): Promise<Response> {
  const contract = await readContract(variant, file.startsWith('openapi-3.0') ? '3.0' : '3.1')
  const document = { ...contract, servers: serversOf(variant, origin) }
  return file.endsWith('.yaml')
    ? new Response(stringify(document, { compat: 'yaml-1.1' }), {
        headers: { 'content-type': 'application/yaml; charset=utf-8' },
      })
    : new Response(`${JSON.stringify(document, null, 2)}\n`, {
        headers: { 'content-type': 'application/json' },
      })
}
