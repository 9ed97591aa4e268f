import { describeConnectionError } from '../../conformance/connection-error.ts'
import { forward, type Received, toBackendHeaders, type Upstream } from '../../conformance/forward.ts'
import { problem } from '../../mock/problem.ts'

/**
 * In bytes. Bodies are kept in memory, so that the mock or sandbox can answer a request that the upstream
 * does not implement. No valid body of the contracts comes close to it.
 */
const maxBodyBytes = 1024 * 1024

export interface PassOnOptions {
  /** The upstream, with the name of its API, and its URL as it may be shown. */
  target: Upstream & { api: string; url: string }
  /** The path and query below the base URL. */
  path: string
  timeoutMs: number
  /** The name of this hub in `Via`. */
  via: string
}

type Passed = { received: Received; replay: () => Request } | { problem: Response; reason: string }

/**
 * Passes a request on to an upstream.
 * @returns the response, and a function that creates the request again; or a problem if there is no response
 */
export async function passOn(
  request: Request,
  { target, path, timeoutMs, via }: PassOnOptions,
): Promise<Passed> {
  const { method } = request
  const body = await readBody(request)
  if (body === 'tooLarge')
    return toProblem(413, `The hub passes bodies of at most ${maxBodyBytes / 1024} KiB on to an upstream.`)
  if (body === 'incomplete') return toProblem(400, 'The body is incomplete.')
  const headers = toBackendHeaders(request.headers)
  // Selects a sandbox of this hub.
  headers.delete('x-sandbox')
  headers.append('via', `1.1 ${via}`)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const received = await forward(target, { method, path, headers, signal, ...(body && { body }) })
    return { received, replay: () => (body ? withBody(request, body) : request) }
  } catch (error) {
    const name = `The upstream of ${target.api}, ${target.url},`
    if (signal.aborted) return toProblem(504, `${name} did not answer within ${timeoutMs / 1000} s.`)
    const { cause = error } = error as Error
    const setting = `its URL at /upstream/${target.api}`
    const reason = describeConnectionError(cause as Error, { baseUrl: target.base, setting })
    return toProblem(502, `${name} did not answer: ${reason}`)
  }
}

function toProblem(status: number, reason: string): Passed {
  return { problem: problem(status, reason), reason }
}

async function readBody(
  request: Request,
): Promise<Uint8Array<ArrayBuffer> | undefined | 'tooLarge' | 'incomplete'> {
  if (!request.body) return undefined
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of request.body) {
      length += chunk.length
      if (length > maxBodyBytes) return 'tooLarge'
      chunks.push(chunk)
    }
  } catch {
    return 'incomplete'
  }
  return Buffer.concat(chunks)
}

const withBody = ({ url, method, headers }: Request, body: Uint8Array<ArrayBuffer>) =>
  new Request(url, { method, headers, body })
