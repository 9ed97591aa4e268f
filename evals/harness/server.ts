import { contractUrl, type VariantName } from '../../generated/index.ts'
import { createHasher } from '../../src/adapters/hasher.ts'
import { checkRequest } from '../../src/conformance/checks/request.ts'
import { type Contract, findOperation } from '../../src/conformance/contract/contract.ts'
import { loadContract } from '../../src/conformance/contract/load.ts'
import type { Exchange } from '../../src/conformance/exchange.ts'
import { parseJson } from '../../src/conformance/parse.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { type Fetch, listen } from '../../src/server/listen.ts'

/** A sandbox for one task, as the grader sees it. */
export interface TaskServer {
  /** The base URL that the project uses. */
  url: string
  /** The requests of the project since the last reset, in the order of their arrival. */
  exchanges: Exchange[]
  /** The requests of the project for an operation. */
  requestsOf: (operationId: string) => Exchange[]
  /** The faults in the requests of the project, one sentence each. */
  violations: string[]
  /** Sends a request to the API that does not count as one of the project. A body is sent as JSON. */
  send: <Body = unknown>(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: unknown },
  ) => Promise<{ status: number; headers: Headers; body: Body }>
  /**
   * Calls a development control: GET without a body, else POST.
   * @throws {Error} when the status is not successful
   */
  control: <Result = unknown>(name: string, body?: unknown) => Promise<Result>
}

const contracts = new Map<VariantName, Promise<Contract>>()

function contractOf(variant: VariantName): Promise<Contract> {
  const contract = contracts.get(variant) ?? loadContract(contractUrl(variant), variant)
  contracts.set(variant, contract)
  return contract
}

/**
 * Starts a sandbox on a free port of the loopback interface, and records the requests that arrive there.
 * The port serves the API only: the development controls would let a project pass without solving the task.
 */
export async function startTaskServer(
  variant: VariantName,
): Promise<TaskServer & { reset: () => Promise<void>; close: () => Promise<void> }> {
  const contract = await contractOf(variant)
  let handle: Fetch = () => new Response(null, { status: 503 })
  // The port has to be known first, because the sandbox puts its URL into links.
  const { url, close } = await listen((request, connection) => handle(request, connection), {
    host: '127.0.0.1',
    port: 0,
  })
  const sandbox = await createSandbox(variant, {
    publicUrl: url,
    // Each check creates users, and only the rules of the API matter here, not the strength of the hash.
    hasher: createHasher({ memoryKiB: 8, passes: 1 }),
  })
  const exchanges: Exchange[] = []
  const violations: string[] = []

  handle = async (request, connection) => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/__dev')) {
      violations.push(`The project calls ${pathname}, which exists only in the sandbox.`)
      return Response.json({ error: 'not found' }, { status: 404 })
    }
    const operation = findOperation(contract.operations, request.method, pathname)
    const body = request.body ? await request.text() : undefined
    const exchange: Exchange = {
      request: { method: request.method, url: request.url, headers: [...request.headers], body },
      response: { status: 0, headers: new Headers(), text: '', body: undefined },
      durationMs: 0,
      startedAt: Date.now(),
      ...(operation && { operation }),
    }
    exchanges.push(exchange)
    const { method, headers } = request
    const copy = new Request(request.url, { method, headers, ...(body !== undefined && { body }) })
    const response = await sandbox.fetch(copy, connection)
    const text = await response.clone().text()
    const { status } = response
    exchange.response = { status, headers: response.headers, text, body: parseJson(text) }
    exchange.durationMs = Date.now() - exchange.startedAt
    violations.push(...(await checkRequest(exchange, contract)).map(({ message }) => message))
    return response
  }

  const send: TaskServer['send'] = async (method, path, { headers = {}, body } = {}) => {
    const response = await sandbox.request(path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parseJson(text) as never }
  }

  async function control<Result>(name: string, body?: unknown): Promise<Result> {
    const response = await send<Result>(body === undefined ? 'GET' : 'POST', `/__dev/${name}`, { body })
    if (response.status >= 400) throw new Error(`The control ${name} responded with ${response.status}.`)
    return response.body
  }

  return {
    ...{ url, exchanges, violations, send, control },
    requestsOf: (operationId) => exchanges.filter(({ operation }) => operation?.id === operationId),
    async reset() {
      await send('POST', '/__dev/reset')
      exchanges.length = 0
      violations.length = 0
    },
    async close() {
      await close()
      await sandbox.close()
    },
  }
}
