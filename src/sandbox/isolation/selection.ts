import { HttpError } from '../../http/http-error.ts'
import { withoutPrefix } from '../../server/without-prefix.ts'

/** The named sandbox that a request selects. */
export interface Selection {
  name: string
  /** The request without the name in its path. */
  request: Request
  /** Whether the header selects this sandbox, so that the client uses URLs without the name. */
  hasHeader: boolean
}

const validName = /^[A-Za-z0-9_-]{1,64}$/
/** Some clients encode the tilde, as RFC 1738 required. Groups: the prefix and the name. */
const namedPath = /^[^:/?#]+:\/\/[^/?#]*(\/(?:~|%7e)([^/?#]*))/i

/**
 * Reads the name of a sandbox from the path `/~<name>` or the header `X-Sandbox`. The path wins, because a
 * link must stay in its sandbox even if a test runner adds its header to every request.
 * @returns undefined if the request names no sandbox
 * @throws {HttpError} badRequest, when the name is invalid
 */
export function selectSandbox(request: Request): Selection | undefined {
  const header = request.headers.get('x-sandbox')
  const [, prefix, segment] = namedPath.exec(request.url) ?? []
  const name = segment ?? header
  if (name === null) return undefined
  if (!validName.test(name)) throw invalidName()
  if (prefix === undefined) return { name, request, hasHeader: true }
  return { name, request: withoutPrefix(request, prefix), hasHeader: header === name }
}

function invalidName(): HttpError {
  const message =
    'The name of a sandbox has 1 to 64 letters, digits, hyphens and underscores, in the header X-Sandbox or as ~name at the start of the path'
  return new HttpError({ kind: 'badRequest', status: 400, message })
}
