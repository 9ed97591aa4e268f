import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange } from './exchange.ts'
import { isOpen, placesOf } from './packs/security.ts'
import type { Cause } from './report/summary.ts'
import { rateLimited } from './retry-after.ts'
import type { TestCase, TestResult } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import { hasPlaceholder, howToPass } from './world/credentials.ts'

/** A problem that explains many failures at once. */
export interface Explanation {
  warning: string
  /** Whether it explains a failure, which is then reported only as part of the warning. */
  explains: (cause: Cause) => boolean
}

/** A run that has ended. */
interface EndedRun {
  contract: Contract
  adapter: Adapter | undefined
  tests: TestCase[]
  results: TestResult[]
}

/** Finds problems that make many results meaningless, such as a wrong API key. */
export function explainResults(run: EndedRun): Explanation[] {
  const exchanges = run.results.flatMap((result) =>
    result.exchanges.filter(({ operation }) => operation && !result.test.expectsRateLimit),
  )
  const explained = (explain: Explain) => explain(exchanges, run) ?? []
  const causes = [
    ...[explainSilence, explainUniform, explainUnauthorized, explainSignUp, explainRateLimit, explainHtml],
    explainPlaceholder,
  ].flatMap(explained)
  return causes.length > 0 ? causes : [explainNoSuccess].flatMap(explained)
}

type Explain = (exchanges: Exchange[], run: EndedRun) => Explanation | undefined

const share = (exchanges: Exchange[], isMeant: (exchange: Exchange) => boolean) =>
  exchanges.length === 0 ? 0 : exchanges.filter(isMeant).length / exchanges.length

const hasStatus =
  (...statuses: number[]) =>
  ({ finding }: Cause) =>
    statuses.includes(finding.exchange.response.status)

const isSuccess = ({ response: { status } }: Exchange) => status >= 200 && status < 400

const explainSilence: Explain = (_, { results, tests }) => {
  const isUnanswered = ({ exchanges }: TestResult) => exchanges.at(-1)?.response.status === 0
  const answered = results.findLastIndex((result) => !isUnanswered(result)) + 1
  if (results.length - answered < 3) return undefined
  return {
    warning: `The server stopped answering after ${answered} of ${tests.length} tests. See its log.`,
    explains: hasStatus(0),
  }
}

/** Nearly every response has the same error, which says nothing about the contract. */
const explainUniform: Explain = (exchanges) => {
  if (exchanges.length < 5) return undefined
  const sentences: [status: number, warning: string][] = [
    [404, 'Every path is 404: the base path is missing in --url, or this is a different API.'],
    [405, 'Every call was 405: --url does not point at the API.'],
    [500, 'Nearly every call was 500: the server is broken or not set up. See its log.'],
    [502, 'Every call was 502: the proxy in front of the server does not reach it. Start the server.'],
    [503, 'Every call was 503: the server is not ready. Wait until it is, or see its log.'],
    [504, 'Every call was 504: the proxy in front of the server gets no answer from it. See its log.'],
  ]
  const found = sentences.find(
    ([status]) => share(exchanges, ({ response }) => response.status === status) >= 0.9,
  )
  return found && { warning: found[1], explains: hasStatus(found[0]) }
}

const explainUnauthorized: Explain = (exchanges, { contract }) => {
  if (exchanges.length < 5 || exchanges.some(isSuccess)) return undefined
  const statuses = [401, 403].filter((each) => exchanges.some(({ response }) => response.status === each))
  const isRejected = ({ response }: Exchange) => response.status === 401 || response.status === 403
  if (share(exchanges, isRejected) < 0.8) return undefined
  return {
    warning: `Every call was ${statuses.join(' or ')}: ${credentialAdvice(contract)}`,
    explains: hasStatus(401, 403),
  }
}

function credentialAdvice({ document, operations }: Contract): string {
  const credentials = operations
    .flatMap(({ security }) => security)
    .flatMap((requirement) => placesOf(document, requirement))
    .map(({ credential }) => credential)
    .toSorted((a, b) => Number(a.in !== 'header') - Number(b.in !== 'header'))
  const key = credentials.find(({ kind }) => kind === 'key')
  if (key) return `the API key is wrong. Pass it ${howToPass(key)}.`
  const [first] = credentials
  if (!first)
    return "the server wants credentials that the test does not have. Pass them with --header 'Authorization: …'."
  const what = first.kind === 'basic' ? 'a user name and password' : 'credentials'
  return `the server wants ${what} that the test does not have. Pass them ${howToPass(first)}.`
}

/** Without any success, only rejections were judged. */
const explainNoSuccess: Explain = (exchanges, { adapter }) => {
  if (adapter || exchanges.length < 5 || exchanges.some(isSuccess)) return undefined
  return {
    warning:
      'No request succeeded, so that only rejections were tested. Pass credentials, and give the contract examples with data of the server.',
    explains: () => false,
  }
}

/** A mock takes any credential. A real server must not. */
const explainPlaceholder: Explain = (exchanges, { adapter }) => {
  const accepted = exchanges.find(
    (exchange) =>
      isSuccess(exchange) && exchange.operation && !isOpen(exchange.operation) && hasPlaceholder(exchange),
  )
  if (adapter || !accepted) return undefined
  return {
    warning: `The server accepts credentials that the test made up, such as those of ${accepted.operation?.id}: it is a mock, or does not check them.`,
    explains: () => false,
  }
}

const explainSignUp: Explain = (exchanges, { contract, adapter }) => {
  if (!adapter) return undefined
  const { method, path } = adapter.signUp({ email: 'a@example.com', password: 'a', name: 'A' })
  const operation = findOperation(contract.operations, method, path)
  const signUps = exchanges.filter((exchange) => operation && exchange.operation?.id === operation.id)
  const [first] = signUps
  if (!first || signUps.some(isSuccess) || !exchanges.some(isSuccess)) return undefined
  const status = [403, 404, 405, 410, 501, 401].find(
    (each) => share(signUps, ({ response }) => response.status === each) >= 0.5,
  )
  if (status === undefined) return undefined
  return {
    warning: `No test data: sign-up is closed (${status}). Open it on the server under test: most tests create users.`,
    explains: ({ finding: { exchange } }) =>
      exchange.operation?.id === operation?.id && exchange.response.status === status,
  }
}

const explainRateLimit: Explain = (_, { results }) => {
  const limited = results.filter(({ reason }) => reason?.startsWith(rateLimited))
  if (limited.length < 3) return undefined
  return {
    warning: `The server answers 429: ${limited.length} of ${results.length} tests were not exercised. Raise its limits for the test, or pass a lower --rate.`,
    explains: hasStatus(429),
  }
}

const explainHtml: Explain = (exchanges) => {
  const isHtml = ({ response }: Exchange) => /^text\/html\b/i.test(response.headers.get('content-type') ?? '')
  if (exchanges.length < 5 || share(exchanges, isHtml) < 0.5) return undefined
  return {
    warning: 'Most responses are HTML pages: --url points at a website or a proxy, not at the API.',
    explains: ({ finding }) => isHtml(finding.exchange),
  }
}
