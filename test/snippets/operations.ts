import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { credentialsByScheme } from '../../src/openapi/credentials.ts'
import type { Document } from '../../src/openapi/document.ts'
import { exampleResponses } from '../../src/openapi/examples.ts'
import { type Endpoint, endpointsOf } from '../../src/openapi/operations.ts'
import { generateCode, type LanguageId } from '../../src/snippets/index.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { runnerOf, type Secrets } from './runners.ts'

/** The result of running the code of an operation. */
export interface Outcome {
  operationId: string
  /** The statuses that the sandbox returned. */
  statuses: number[]
  /** The message of the error with which the code ended; undefined if it succeeded. */
  error?: string
}

export const contractOf = async (variant: VariantName): Promise<Document> =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

/** Returns the documented status of the first example of an operation. */
export function documentedStatus(document: Document, { operation }: Endpoint): number {
  const responses = [...(exampleResponses(document, operation.operationId ?? '') ?? [])]
  const [first] = responses.filter(([status]) => status < 400)
  const [named] = responses.find(([, examples]) => examples.some(({ name }) => name === 'ok')) ?? []
  return named ?? first?.[0] ?? 0
}

/** The requests succeed in the order of the contract, except that starting a passkey ends a pending one. */
export function runnableOrder(document: Document): Endpoint[] {
  const isStart = ({ operation }: Endpoint) => operation.operationId === 'startPasskeyRegistration'
  const endpoints = endpointsOf(document)
  return [...endpoints.filter((endpoint) => !isStart(endpoint)), ...endpoints.filter(isStart)].sort(
    (a, b) => Number(isSignOut(a)) - Number(isSignOut(b)),
  )
}

const isSignOut = ({ operation }: Endpoint) => operation.operationId === 'signOut'

/** Operations whose tokens the following operations need. */
const signingIn = ['signUp', 'signIn', 'refreshTokens', 'exchangeOAuthCode']

/**
 * Runs the code of operations in order against a new sandbox. Placeholders of tokens receive those of the
 * latest sign-in, and the API key is that of the examples.
 * @param options.example the example to send; the first by default
 * @param options.credential the credential to send; the first by default
 * @param options.usesStandIn whether Python gets the stand-in for `requests`
 */
export async function runOperations(
  variant: VariantName,
  lang: LanguageId,
  isWanted: (operationId: string) => boolean = () => true,
  { usesStandIn = false, ...options }: { example?: string; credential?: string; usesStandIn?: boolean } = {},
): Promise<Outcome[]> {
  const document = await contractOf(variant)
  const exchanges: { status: number; body: unknown }[] = []
  const { url } = await serveSandbox(variant, {
    operator: { rateLimits: false },
    async change(_, response) {
      const text = await response.clone().text()
      exchanges.push({ status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined })
      return response
    },
  })
  const run = runnerOf(lang, { usesStandIn })
  const exampleKey = (scheme: string) => credentialsByScheme(document).get(scheme)?.example ?? ''
  const secrets: Secrets = { API_KEY: exampleKey('apiKey'), SECRET_KEY: exampleKey('secretKey') }
  const outcomes: Outcome[] = []
  for (const { operation } of runnableOrder(document)) {
    const { operationId = '' } = operation
    if (!isWanted(operationId)) continue
    const { code } = generateCode({ document, variant, operationId, lang, baseUrl: url, ...options })
    exchanges.length = 0
    const error = await run(code, secrets).then(
      () => undefined,
      (thrown: Error) => thrown.message,
    )
    outcomes.push({
      operationId,
      statuses: exchanges.map(({ status }) => status),
      ...(error !== undefined && { error }),
    })
    if (error === undefined && signingIn.includes(operationId))
      Object.assign(secrets, tokensIn(exchanges[0]?.body))
  }
  return outcomes
}

function tokensIn(body: unknown): Secrets {
  const { accessToken, access_token, refreshToken, session } = body as {
    accessToken?: string
    access_token?: string
    refreshToken?: string
    session?: { token: string }
  }
  const access = accessToken ?? access_token ?? session?.token
  return {
    ...(access !== undefined && { ACCESS_TOKEN: access, SESSION_TOKEN: access }),
    ...(refreshToken !== undefined && { REFRESH_TOKEN: refreshToken }),
  }
}
