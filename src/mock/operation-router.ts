import { describeUnknownPath } from '../http/suggestions.ts'
import type { Method } from '../openapi/document.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { createRouter } from '../openapi/path-router.ts'
import { problem } from './problem.ts'

/** Finds operations by the methods and paths of requests. */
export interface OperationRouter {
  /** Returns the operation of a request, and the parameters in its path, decoded. */
  find: (method: string, path: string) => { endpoint: Endpoint; params: Record<string, string> } | undefined
  /** Returns the methods that a path supports, for the `Allow` header; none if the path is unknown. */
  allowedMethods: (path: string) => string[]
  /** Creates the response to a request that no operation matches. */
  reject: (method: string, path: string) => Response
}

/**
 * Creates a router of operations.
 * @param basePath the prefix of all paths
 */
export function createOperationRouter(endpoints: Endpoint[], basePath: string): OperationRouter {
  const router = createRouter(endpoints)
  const names = endpoints.map(({ method, path }) => `${method.toUpperCase()} ${basePath}${path}`)
  const relative = (path: string) => (path.startsWith(basePath) ? path.slice(basePath.length) : undefined)

  /** GET answers HEAD, unless it has effects (RFC 9110, section 9.2.1). */
  function findForHead(path: string) {
    const found = router.match('get', path)
    return found && isSafe(found.endpoint) ? found : undefined
  }

  function allowedMethods(path: string): string[] {
    const ending = relative(path)
    const declared = ending === undefined ? [] : router.methodsOf(ending)
    if (ending === undefined || declared.length === 0) return []
    const implied = [...(findForHead(ending) ? ['HEAD'] : []), 'OPTIONS']
    return [...new Set([...declared.map((method) => method.toUpperCase()), ...implied])]
  }

  return {
    allowedMethods,
    find(method, path) {
      const ending = relative(path)
      if (ending === undefined) return undefined
      const declared = router.match(method.toLowerCase() as Method, ending)
      return declared ?? (method === 'HEAD' ? findForHead(ending) : undefined)
    },
    reject(method, path) {
      const { message, available } = describeUnknownPath(names, { method, path })
      const allow = allowedMethods(path)
      if (allow.length === 0) return problem(404, message, { available })
      const methods = allow.join(', ')
      const detail = `${path} does not support ${method}. Supported: ${methods}.`
      const response = problem(405, detail, { available })
      response.headers.set('allow', methods)
      return response
    },
  }
}

/** Returns whether a GET operation has no effects. The contract marks the others. */
const isSafe = ({ operation }: Endpoint) => operation['x-safe'] !== false
