import { readFile } from 'node:fs/promises'
import { contractUrl } from '../../generated/index.ts'
import { responseNamed } from '../../src/mock/example-matcher.ts'
import { examplesOf, loadOperations, type Operation } from '../../src/mock/prism.ts'
import { credentials, exampleRequest, requestNames } from '../mock/requests.ts'
import { createAnswerCheck } from '../mock/schemas.ts'
import type { TestSandbox } from '../support/sandbox.ts'

/** A named request example of a contract, and the answer of the same name. */
export interface ContractCase {
  operationId: string
  name: string
  operation: Operation
  status: number
  /** The example of the answer's body. */
  body: unknown
  /** The example of the answer's `Location`. */
  location: string | undefined
}

/** What takes the place of the example's own where no example can know it. */
export interface Arranged {
  /** Undefined takes a header away. */
  headers?: Record<string, string | undefined>
  params?: Record<string, string>
  query?: Record<string, string | undefined>
  body?: unknown
  /** A body that is no JSON. */
  text?: string
}

/**
 * Makes a fresh sandbox ready for a case, with what its users and its development controls can do.
 * @returns what the request then has to say, if the example does not
 */
export type Arrangement = (sandbox: TestSandbox, about: ContractCase) => Promise<Arranged | undefined>

/** By `operationId name`; or by the `operationId`, for all of its cases that are not named. */
export type Arrangements = Record<string, Arrangement>

const contracts = new Map<string, ReturnType<typeof readCases>>()

/** The cases of a contract, and a check of answers against it. */
export function contractCases(file: URL) {
  const read = contracts.get(file.href) ?? readCases(file)
  contracts.set(file.href, read)
  return read
}

async function readCases(file: URL) {
  const document = JSON.parse(await readFile(file, 'utf8'))
  const operations = await loadOperations(document)
  const check = createAnswerCheck(document)
  const cases = operations.flatMap((operation) =>
    // An operation that nobody can get wrong has no names.
    (requestNames(operation).length > 0 ? requestNames(operation) : ['ok']).map((name) =>
      caseOf(operation, name),
    ),
  )
  return { cases, check }
}

/** Answers that the contract shows without a request of the same name: those that depend on what was before. */
export async function unpairedAnswers(file: URL): Promise<ContractCase[]> {
  const operations = await loadOperations(JSON.parse(await readFile(file, 'utf8')))
  return operations.flatMap((operation) => {
    const paired = requestNames(operation)
    return operation.responses.flatMap(({ code, contents = [] }) =>
      contents
        .flatMap(examplesOf)
        .filter(({ key }) => !paired.includes(key))
        .map(({ key }) => caseOf(operation, key, code)),
    )
  })
}

function caseOf(
  operation: Operation,
  name: string,
  code: string | undefined = responseNamed(operation, name)?.code,
): ContractCase {
  const declared = operation.responses.find((response) => response.code === code)
  const inBody = (declared?.contents ?? []).flatMap(examplesOf).find(({ key }) => key === name)
  const locations = (declared?.headers ?? []).find((header) => header.name.toLowerCase() === 'location')
  const location = examplesOf(locations ?? {}).find(({ key }) => key === name)
  return {
    operationId: String(operation.iid),
    name,
    operation,
    status: Number(code),
    body: inBody?.value,
    location: location && String(location.value),
  }
}

/** Sends a case exactly as its examples say, but for what was arranged and for tokens that no example can sign. */
export async function sendCase(
  sandbox: TestSandbox,
  { operation, name }: ContractCase,
  arranged: Arranged = {},
): Promise<Response> {
  const arrangedNames = Object.keys(arranged.headers ?? {})
  const open = Object.entries(credentials(operation)).filter(([name]) => !arrangedNames.includes(name))
  const headers = await liveCredentials(sandbox, Object.fromEntries(open))
  const example = exampleRequest(operation, name, headers)
  const url = new URL(example.url)
  for (const [key, value] of Object.entries(arranged.params ?? {})) {
    const index = operation.path.split('/').indexOf(`{${key}}`)
    const segments = url.pathname.split('/')
    segments[index] = encodeURIComponent(value)
    url.pathname = segments.join('/')
  }
  for (const [key, value] of Object.entries(arranged.query ?? {})) {
    if (value === undefined) url.searchParams.delete(key)
    else url.searchParams.set(key, value)
  }
  const sent = new Headers(example.headers)
  for (const [key, value] of Object.entries(arranged.headers ?? {})) {
    if (value === undefined) sent.delete(key)
    else sent.set(key, value)
  }
  const text =
    arranged.text ?? (arranged.body === undefined ? await example.text() : JSON.stringify(arranged.body))
  const init = { method: example.method, headers: sent, ...(text && { body: text }) }
  return sandbox.fetch(new Request(sandbox.publicUrl + url.pathname + url.search, init), {
    ip: '192.0.2.1',
  })
}

/** A JWT of an example says whose it is, but nobody has signed it: its owner signs in for one. */
async function liveCredentials(sandbox: TestSandbox, examples: Record<string, string>) {
  const live: Record<string, string> = {}
  for (const [name, value] of Object.entries(examples)) {
    const jwt = /eyJ[\w-]+\.([\w-]+)\.[\w-]+/.exec(value)
    live[name] = jwt ? value.replace(jwt[0], await tokenOf(sandbox, subjectOf(jwt[1] ?? ''))) : value
  }
  return live
}

const subjectOf = (payload: string): string => JSON.parse(Buffer.from(payload, 'base64url').toString()).sub

interface Seeded {
  users: { id: string; email: string; password: string }[]
  apiKeys: { key: string; state: string; userId: string | null }[]
}

/** An access token of a seeded user, by id, address or name, as `signIn` gives it. */
export async function tokenOf(sandbox: TestSandbox, wanted: string): Promise<string> {
  return String((await signInAs(sandbox, wanted)).accessToken)
}

/** Signs a seeded user in. */
export async function signInAs(sandbox: TestSandbox, wanted: string): Promise<Tokens> {
  const { users } = await sandbox.control<Seeded>('seed')
  const user = users.find(({ id, email }) => id === wanted || email === wanted)
  if (!user) throw new Error(`${wanted} is not seeded`)
  const { cases } = await contractCases(contractUrl(sandbox.name))
  const signIn = cases.find(({ operationId }) => operationId === 'signIn')
  if (!signIn) throw new Error(`${sandbox.name} has no operation signIn`)
  const example = exampleRequest(signIn.operation, 'ok')
  const body = { ...JSON.parse(await example.text()), email: user.email, password: user.password }
  const path = new URL(example.url).pathname
  const answer = await sandbox.call('POST', path, body, credentials(signIn.operation))
  const tokens = (await answer.json()) as Record<string, unknown>
  if (!answer.ok) throw new Error(`${user.email} cannot sign in: ${JSON.stringify(tokens)}`)
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

/** What of an answer the paired example decides: of a refusal its code and text, of a redirect what it tells. */
export function toldBy(body: unknown, location: string | null | undefined) {
  return { refusal: refusalIn(body), error: location ? errorIn(location) : undefined }
}

function refusalIn(body: unknown): unknown {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: unknown }
  if (typeof error !== 'object' || error === null) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  return { code, message }
}

const errorIn = (location: string): string | null =>
  new URL(location, 'http://here.test').searchParams.get('error')
