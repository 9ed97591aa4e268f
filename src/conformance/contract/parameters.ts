import { parse as parseCookies } from 'hono/utils/cookie'
import type { Parameter } from '../../openapi/document.ts'
import { createRouter } from '../../openapi/path-router.ts'
import { readParameter as readFromTexts } from '../../openapi/read-parameter.ts'
import type { Exchange } from '../exchange.ts'
import { type Contract, type Located, type Operation, schemaOf } from './contract.ts'

/**
 * Reads a parameter of a request by its style.
 * @returns text, or lists and objects of text; undefined if the request does not have it
 */
export function readParameter(
  { document }: Contract,
  parameter: Located<Parameter>,
  operation: Operation,
  { url, headers: sent }: Exchange['request'],
): unknown {
  const { name, in: location, style, explode, content = {} } = parameter.node
  const { pathname, searchParams: query } = new URL(url)
  const headers = joinHeaders(sent)
  const [mediaType] = Object.keys(content)
  return readFromTexts(
    document,
    { name, in: location, style, explode, mediaType },
    schemaOf(parameter)?.node ?? {},
    {
      pathParameters: location === 'path' ? readPath(operation, pathname) : {},
      query,
      headers,
      cookies: location === 'cookie' ? parseCookies(headers.cookie ?? '') : {},
    },
  )
}

/** Several headers of a name are one list (RFC 9110, §5.2). */
function joinHeaders(headers: Exchange['request']['headers']): Record<string, string> {
  const groups = Map.groupBy(headers, ([name]) => name.toLowerCase())
  return Object.fromEntries(
    [...groups].map(([name, group]) => [
      name,
      group.map(([, value]) => value).join(name === 'cookie' ? '; ' : ', '),
    ]),
  )
}

/** The base path of the server, which the template lacks, may precede the path. */
function readPath(operation: Operation, pathname: string): Record<string, string> {
  const depth = operation.path.split('/').length - 1
  const path = `/${pathname.split('/').slice(-depth).join('/')}`
  return createRouter([operation]).match(operation.method, path)?.params ?? {}
}
