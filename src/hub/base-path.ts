/** The base URL of a mock or sandbox. The name of a sandbox follows a tilde. */
const basePath = /^\/(?:mock|sandbox)\/[^/]+(?:\/(?:~|%7e)([^/]+))?/i

/** The parts of a path such as `/sandbox/<variant>/~<name>/api/...`. */
export interface SplitPath {
  /** The path of the base URL. */
  base: string
  /** The path of the contract. */
  path: string
  /** The name of the sandbox, if it has one. */
  sandbox?: string
}

/**
 * Splits the path of a request to a mock or sandbox.
 * @param apiBasePath the base path of the API, which belongs to the base URL
 */
export function splitPath(pathname: string, apiBasePath: string): SplitPath {
  const [server = '', sandbox] = basePath.exec(pathname) ?? []
  const isInApi = `${pathname}/`.startsWith(`${server}${apiBasePath}/`)
  const base = isInApi ? server + apiBasePath : server
  return { base, path: pathname.slice(base.length) || '/', ...(sandbox !== undefined && { sandbox }) }
}
