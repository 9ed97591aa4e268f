import type { Details } from '../../requests/view.ts'
import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { CallError } from './call-error.ts'
import { setCookies } from './cookies.ts'
import { type Filled, toRequest } from './request.ts'

/** A response, with the entry of the call in the request log. */
export interface Reply {
  status: number
  headers: [name: string, value: string][]
  text: string
  durationMs: number
  /** Undefined if the log is off or has dropped the call. */
  logged: Details | undefined
}

/**
 * Calls an operation of the sandbox or mock.
 * @throws {CallError} if the request cannot be sent, or the hub does not respond
 */
export async function callOperation(
  contract: ConsoleContract,
  operation: ConsoleOperation,
  filled: Filled,
  signal?: AbortSignal,
): Promise<Reply> {
  // The log finds the call by this header, which servers ignore.
  const callId = crypto.randomUUID()
  const request = toRequest(contract, operation, filled, callId)
  const removeCookies = await setCookies(filled.cookies, `${contract.servers.mock}/`)
  const start = performance.now()
  const [response, text] = await send(request, signal).finally(removeCookies)
  const durationMs = performance.now() - start
  const logged = await findLogged(callId)
  // Browsers hide redirects from scripts, but the log has seen them.
  return response.type === 'opaqueredirect'
    ? {
        status: logged?.status ?? 0,
        headers: logged?.response.headers ?? [],
        text: logged?.response.body?.text ?? '',
        durationMs,
        logged,
      }
    : { status: response.status, headers: [...response.headers], text, durationMs, logged }
}

async function send(request: Request, signal: AbortSignal | undefined): Promise<[Response, string]> {
  try {
    const response = await fetch(request, signal ? { signal } : {})
    return [response, await response.text()]
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError(
      `No complete response from ${location.origin}. Check that the hub is running, and that no fault is injected.`,
    )
  }
}

async function findLogged(callId: string): Promise<Details | undefined> {
  const response = await fetch(`/requests/calls/${callId}.json?secrets=show`).catch(() => undefined)
  return response?.ok ? response.json() : undefined
}
