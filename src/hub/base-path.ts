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

/** Splits the path of a request to a mock or sandbox. */
export function splitPath(pathname: string): SplitPath {
  const [base = '', sandbox] = basePath.exec(pathname) ?? []
  return { base, path: pathname.slice(base.length) || '/', ...(sandbox !== undefined && { sandbox }) }
}
