import { UserError } from '../common/user-error.ts'
import type { Connection } from './connection.ts'
import type { Contract, Operation } from './contract/contract.ts'
import type { Exchange, RequestData } from './exchange.ts'

export interface PreflightOptions {
  contract: Contract
  connection: Connection
  /** Opens a connection to another base URL of the same server. */
  connect: (baseUrl: string) => Connection
  /** Sends only safe requests. */
  readOnly?: boolean
  /** Contracts of other APIs, to recognize a server of theirs. */
  others?: () => Promise<Contract[]>
}

/** At most so many paths are tried. */
const maxProbes = 6

/** Prefixes to try when no path exists, besides those in `servers` of the contract. */
const commonPrefixes = ['/api', '/v1', '/api/v1', '/v2', '/api/v2', '/rest']

/**
 * Sends a few harmless requests before a run, to find out whether the server can be tested at all.
 * @throws {UserError} if not: a wrong URL or base path, a website, a proxy without a server, another API
 * @throws {ConnectionError} if the server is unreachable
 */
export async function preflight(options: PreflightOptions): Promise<void> {
  const { contract, connection } = options
  const probes = probesOf(contract, options.readOnly)
  if (probes.length === 0) return
  const exchanges: Exchange[] = []
  for (const probe of probes) exchanges.push(await connection.send(probe))
  assertNoProxyError(exchanges)
  assertNoRedirect(exchanges, connection)
  if (exchanges.every(({ response }) => response.status === 404)) await explainMissing(options, probes)
  assertNoWebsite(exchanges, connection)
}

/**
 * Requests without effects: reads, and calls whose required body is missing. One for each path, literal paths
 * first, because a 404 for an unknown id would say nothing.
 */
function probesOf({ operations }: Contract, readOnly = false): RequestData[] {
  const isHarmless = ({ method, isSafe, body, responses }: Operation) =>
    method === 'get'
      ? isSafe && ![...responses.keys()].some((status) => status.startsWith('3'))
      : !readOnly && method === 'post' && body?.node.required === true
  const literal = operations.filter((each) => isHarmless(each) && !each.path.includes('{'))
  const candidates = literal.length > 0 ? literal : operations.filter(isHarmless)
  // The last one of a path wins.
  const readsLast = candidates.toSorted((a, b) => Number(a.method === 'get') - Number(b.method === 'get'))
  const byPath = new Map(readsLast.map((operation) => [operation.path, operation]))
  return [...byPath.values()].slice(0, maxProbes).map(({ method, path }) => ({
    method: method.toUpperCase(),
    path: path.replace(/\{[^}]+\}/g, '00000000-0000-4000-8000-000000000000'),
  }))
}

const all = (exchanges: Exchange[], isMeant: (response: Exchange['response']) => boolean) =>
  exchanges.length > 0 && exchanges.every(({ response }) => isMeant(response))

function assertNoProxyError(exchanges: Exchange[]): void {
  const status = exchanges[0]?.response.status ?? 0
  if ([502, 503, 504].includes(status) && all(exchanges, (response) => response.status === status))
    throw new UserError(
      `Every call was ${status}: the server behind ${originOf(exchanges)} is not running or not ready. Start it, then run the test again.`,
    )
}

/** A server that redirects everything wants another scheme, host or path. */
function assertNoRedirect(exchanges: Exchange[], { baseUrl }: Connection): void {
  const isRedirect = ({ status }: Exchange['response']) => [301, 302, 303, 307, 308].includes(status)
  const [first] = exchanges
  if (!first || !all(exchanges, isRedirect)) return
  const location = first.response.headers.get('location') ?? ''
  const target = URL.parse(location, first.request.url)
  const path = first.request.url.slice(baseUrl.length)
  const better = target?.href.endsWith(path) ? target.href.slice(0, -path.length) : undefined
  throw new UserError(
    better !== undefined && better !== baseUrl
      ? `The server redirects every call to ${better}. Pass --url ${better}.`
      : `The server redirects every call to ${target?.origin ?? location}${target?.pathname ?? ''}, such as a sign-in page. Pass the URL of the API itself, or the credentials of the page with --header.`,
  )
}

function assertNoWebsite(exchanges: Exchange[], { baseUrl }: Connection): void {
  if (all(exchanges, ({ headers, body }) => isHtml(headers.get('content-type')) && body === undefined))
    throw new UserError(
      `${baseUrl} answers with HTML pages: it is a website, not the API. Pass the URL of the API.`,
    )
}

const isHtml = (type: string | null) => /^(?:text\/html|application\/xhtml)/i.test(type ?? '')

const originOf = ([exchange]: Exchange[]) => new URL(exchange?.request.url ?? 'http://localhost').host

/** @throws {UserError} with the base path or the API that the server has */
async function explainMissing(
  { contract, connection, connect, others = async () => [], readOnly }: PreflightOptions,
  probes: RequestData[],
): Promise<never> {
  const base = new URL(connection.baseUrl)
  for (const path of basePathsOf(contract, base.pathname)) {
    const url = new URL(path, base).href.replace(/\/+$/, '')
    if (await exists(connect(url), probes))
      throw new UserError(`Every path is 404: the base path is wrong in --url. Pass --url ${url}.`)
  }
  for (const other of await others()) {
    if (await exists(connect(connection.baseUrl), probesOf(other, readOnly)))
      throw new UserError(
        `No path of ${contract.name} exists at ${connection.baseUrl}: the server looks like ${other.name}. Name that API, or correct --url.`,
      )
  }
  const [example] = probes
  throw new UserError(
    `Every path is 404, such as ${example?.method} ${connection.baseUrl}${example?.path}: the base path is missing in --url, or this is a different API.`,
  )
}

/** Paths that may be the missing base path, the most likely first. */
function basePathsOf({ name, document, operations }: Contract, current: string): string[] {
  const declared = (document.servers ?? []).map(
    ({ url }) => URL.parse(url, 'http://localhost')?.pathname ?? '/',
  )
  const here = current.replace(/\/+$/, '')
  const [, first = ''] = (operations[0]?.path ?? '').split('/')
  return [
    ...declared,
    ...declared.map((path) => here + path),
    // The base path is already part of the contract's paths, so it stands twice in the URL.
    ...(here.includes(`/${first}`) ? [here.slice(0, here.indexOf(`/${first}`)) || '/'] : []),
    '/',
    // The path in `auth-contracts start`.
    `/sandbox/${name}`,
    ...commonPrefixes,
    ...commonPrefixes.map((prefix) => here + prefix),
  ].filter((path, index, all) => path.replace(/\/+$/, '') !== here && all.indexOf(path) === index)
}

/** Tells whether most of the requests reach something, and closes the connection. */
async function exists(connection: Connection, probes: RequestData[]): Promise<boolean> {
  const tried = probes.slice(0, 3)
  let found = 0
  try {
    for (const probe of tried) {
      const { response } = await connection.send(probe)
      if (response.status !== 404 && !isHtml(response.headers.get('content-type'))) found += 1
    }
  } finally {
    connection.close()
  }
  return tried.length > 0 && found > tried.length / 2
}
