import { readFile } from 'node:fs/promises'
import { contractUrl } from '../../generated/index.ts'
import { responseNamed } from '../../src/mock/example-matcher.ts'
import { exampleNamesOf, loadOperations, type Operation } from '../../src/mock/operation.ts'
import { credentials, exampleRequest, requestNames } from '../mock/requests.ts'
import { createResponseCheck } from '../mock/schemas.ts'
import type { TestSandbox } from '../support/sandbox.ts'

/** A named request example of a contract, and the response example of the same name. */
export interface ContractCase {
  operationId: string
  name: string
  operation: Operation
  status: number
  /** The example of the response body. */
  body: unknown
  /** The example of the `Location` header. */
  location: string | undefined
}

/** Overrides parts of a request example, for values that differ on each run. */
export interface RequestOverrides {
  /** Undefined removes a header. */
  headers?: Record<string, string | undefined>
  params?: Record<string, string>
  query?: Record<string, string | undefined>
  body?: unknown
  /** A body that is not JSON. */
  text?: string
}

/**
 * Prepares a new sandbox for a case, by requests of users and by development controls.
 * @returns the parts of the request that differ from the example
 */
export type Setup = (sandbox: TestSandbox, about: ContractCase) => Promise<RequestOverrides | undefined>

/** Setups by `operationId name`, or by the name alone. */
export type Setups = Record<string, Setup>

/** Rejects common passwords, as production does by default. */
export const withoutCommonPasswords: Setup = async (sandbox) => {
  await sandbox.control('settings', { passwords: { refuseCommon: true } })
  return undefined
}

const contracts = new Map<string, ReturnType<typeof readCases>>()

/** Returns the cases of a contract, and a function that checks responses against it. */
export function contractCases(file: URL) {
  const read = contracts.get(file.href) ?? readCases(file)
  contracts.set(file.href, read)
  return read
}

async function readCases(file: URL) {
  const document = JSON.parse(await readFile(file, 'utf8'))
  const operations = loadOperations(document)
  const check = createResponseCheck(document)
  const cases = operations.flatMap((operation) =>
    // An operation without request examples has one case.
    (requestNames(operation).length > 0 ? requestNames(operation) : ['ok']).map((name) =>
      caseOf(operation, name),
    ),
  )
  return { cases, check }
}

/**
 * Returns the response examples without a request example of the same name. They depend on the server's
 * state.
 */
export async function unpairedResponses(file: URL): Promise<ContractCase[]> {
  const operations = loadOperations(JSON.parse(await readFile(file, 'utf8')))
  return operations.flatMap((operation) => {
    const paired = requestNames(operation)
    return operation.responses.flatMap(({ code, contents }) =>
      contents
        .flatMap(exampleNamesOf)
        .filter((name) => !paired.includes(name))
        .map((name) => caseOf(operation, name, code)),
    )
  })
}

function caseOf(
  operation: Operation,
  name: string,
  code: string | undefined = responseNamed(operation, name)?.code,
): ContractCase {
  const declared = operation.responses.find((response) => response.code === code)
  const inBody = (declared?.contents ?? [])
    .flatMap(({ examples }) => examples)
    .find((example) => example.name === name)
  const locations = (declared?.headers ?? []).find((header) => header.name.toLowerCase() === 'location')
  const location = locations?.examples.find((example) => example.name === name)
  return {
    operationId: operation.operationId,
    name,
    operation,
    status: Number(code),
    body: inBody?.value,
    location: location && String(location.value),
  }
}

/**
 * Sends the request example of a case, with overrides, and with real tokens instead of those of the
 * example.
 */
export async function sendCase(
  sandbox: TestSandbox,
  { operation, name }: ContractCase,
  overrides: RequestOverrides = {},
): Promise<Response> {
  const overriddenHeaders = Object.keys(overrides.headers ?? {})
  const credentialHeaders = Object.entries(credentials(operation)).filter(
    ([name]) => !overriddenHeaders.includes(name),
  )
  const headers = await replaceTokens(sandbox, Object.fromEntries(credentialHeaders))
  const example = exampleRequest(operation, name, headers)
  const url = new URL(example.url)
  for (const [key, value] of Object.entries(overrides.params ?? {})) {
    const index = operation.path.split('/').indexOf(`{${key}}`)
    const segments = url.pathname.split('/')
    segments[index] = encodeURIComponent(value)
    url.pathname = segments.join('/')
  }
  for (const [key, value] of Object.entries(overrides.query ?? {})) {
    if (value === undefined) url.searchParams.delete(key)
    else url.searchParams.set(key, value)
  }
  const sent = new Headers(example.headers)
  for (const [key, value] of Object.entries(overrides.headers ?? {})) {
    if (value === undefined) sent.delete(key)
    else sent.set(key, value)
  }
  const text =
    overrides.text ?? (overrides.body === undefined ? await example.text() : JSON.stringify(overrides.body))
  const init = { method: example.method, headers: sent, ...(text && { body: text }) }
  return sandbox.fetch(new Request(sandbox.publicUrl + url.pathname + url.search, init), {
    ip: '192.0.2.1',
  })
}

/** Replaces each JWT of an example, whose signature is invalid, with a new token of the same user. */
async function replaceTokens(sandbox: TestSandbox, examples: Record<string, string>) {
  const replaced: Record<string, string> = {}
  for (const [name, value] of Object.entries(examples)) {
    const jwt = /eyJ[\w-]+\.([\w-]+)\.[\w-]+/.exec(value)
    replaced[name] = jwt
      ? value.replace(jwt[0], await accessTokenOf(sandbox, subjectOf(jwt[1] ?? '')))
      : value
  }
  return replaced
}

const subjectOf = (payload: string): string => JSON.parse(Buffer.from(payload, 'base64url').toString()).sub

interface Seeded {
  users: { id: string; email: string; password: string }[]
  apiKeys: { key: string; state: string; userId: string | null }[]
}

/** Signs a seeded user in, and returns the access token. */
export async function accessTokenOf(sandbox: TestSandbox, idOrEmail: string): Promise<string> {
  return String((await signInAs(sandbox, idOrEmail)).accessToken)
}

/** Signs a seeded user in, and returns the tokens. */
export async function signInAs(sandbox: TestSandbox, idOrEmail: string): Promise<Tokens> {
  const { users } = await sandbox.control<Seeded>('seed')
  const user = users.find(({ id, email }) => id === idOrEmail || email === idOrEmail)
  if (!user) throw new Error(`${idOrEmail} is not seeded`)
  const { cases } = await contractCases(contractUrl(sandbox.name))
  const signIn = cases.find(({ operationId }) => operationId === 'signIn')
  if (!signIn) throw new Error(`${sandbox.name} has no operation signIn`)
  const example = exampleRequest(signIn.operation, 'ok')
  const body = { ...JSON.parse(await example.text()), email: user.email, password: user.password }
  const path = new URL(example.url).pathname
  const response = await sandbox.call('POST', path, body, credentials(signIn.operation))
  const tokens = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${user.email} cannot sign in: ${JSON.stringify(tokens)}`)
  const named = {
    ...tokens,
    ...(tokens.tokens as object | undefined),
    ...(tokens.session as object | undefined),
  }
  const { accessToken, access_token, token, refreshToken } = named as Record<string, unknown>
  return { accessToken: String(accessToken ?? access_token ?? token), refreshToken: String(refreshToken) }
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** Returns the parts of an error that must match its example: code and message, or `error` of a redirect. */
export function describeError(body: unknown, location: string | null | undefined) {
  return { body: errorBodyIn(body), error: location ? errorParameterIn(location) : undefined }
}

function errorBodyIn(body: unknown): unknown {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: unknown }
  if (typeof error !== 'object' || error === null) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  return { code, message }
}

const errorParameterIn = (location: string): string | null =>
  new URL(location, 'http://here.test').searchParams.get('error')
