import type { Parameter, Schema } from '../../openapi/document.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import type { Exchange } from '../exchange.ts'
import { type Contract, type Operation, pathPattern } from './contract.ts'

/** Reads the texts of a parameter in a request; several if it is repeated in the query. */
export function readParameter(
  { name, in: location }: Parameter,
  { path }: Operation,
  { url, headers }: Exchange['request'],
): string[] {
  const { pathname, searchParams } = new URL(url)
  const header = (wanted: string) =>
    headers.filter(([key]) => key.toLowerCase() === wanted.toLowerCase()).map(([, value]) => value)
  switch (location) {
    case 'query':
      return searchParams.getAll(name)
    case 'header':
      return header(name)
    case 'path':
      return readPathParameter(name, path, pathname)
    default:
      return header('cookie')
        .flatMap((text) => text.split(/;\s*/))
        .filter((cookie) => cookie.startsWith(`${name}=`))
        .map((cookie) => cookie.slice(name.length + 1))
  }
}

/** The base path of the server, which the template lacks, may precede the path. */
function readPathParameter(name: string, template: string, pathname: string): string[] {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, each]) => each)
  const depth = template.split('/').length - 1
  const path = `/${pathname.split('/').slice(-depth).join('/')}`
  const text = pathPattern(template).exec(path)?.[names.indexOf(name) + 1]
  return text === undefined ? [] : [decode(text)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Parameters are text; the schema says which type they stand for. */
export function toValue({ document }: Contract, { schema = {} }: Parameter, text: string): unknown {
  const types = [resolveRef<Schema>(document, schema).type].flat()
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text)
  return types.includes('boolean') && /^(?:true|false)$/.test(text) ? text === 'true' : text
}
