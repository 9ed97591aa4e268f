import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { readCall } from './call.ts'
import { createEcho, withEcho } from './echo-headers.ts'
import { createPrecedents } from './error-examples.ts'
import { createPairing } from './example-matcher.ts'
import { readPreference } from './prefer.ts'
import { type Choice, createResponder, type Operation } from './prism.ts'
import { problem } from './problem.ts'
import { fittingRefusal, undeclaredStatus } from './refusal.ts'
import { explain, violationsHeader } from './report.ts'
import { findViolations, type Verdict } from './violations.ts'
import type { Wording } from './wording.ts'

export type AnswerOptions = {
  basePath: string
  log: (text: string) => void
  /** Asked for with the first request that is refused. Without it, only examples speak. */
  wording?: () => Promise<Wording>
}

/** The handlers of one operation: `answer` for a request, `tooLarge` for one whose body passes the limit. */
export function createAnswer(operation: Operation, { basePath, log, wording }: AnswerOptions) {
  const respond = createResponder(operation)
  const pair = createPairing(operation)
  const precedent = createPrecedents(operation)
  const echoOf = createEcho(operation)

  async function answer(c: Context): Promise<Response> {
    const preference = readPreference(c.req.header('prefer'), operation)
    const { call, bodyFault } = await readCall(c, operation, basePath)
    const echo = echoOf(c)
    const isSpokenFor = speaksByCookie(c)
    const paired = isSpokenFor && isEmpty(call.body) ? undefined : pair(call)
    const verdict = findViolations(operation, call, bodyFault)
    if (!verdict) {
      const asked = Object.keys(preference).length > 0
      return withEcho(await respond(asked ? preference : (paired ?? {})), echo)
    }
    const response =
      isSpokenFor && isAboutBody(verdict)
        ? await respond(preference)
        : await refuse(c, verdict, preference, paired, echo)
    response.headers.set('sl-violations', violationsHeader(verdict))
    log(explain(c.req.method, c.req.path, response.status, verdict))
    return response
  }

  /** A request in violation never gets a success, but by `Prefer` it may choose its refusal. */
  async function refuse(
    c: Context,
    verdict: Verdict,
    preference: Choice,
    paired: Choice | undefined,
    echo: Echo,
  ): Promise<Response> {
    if (isRefusal(preference)) return withEcho(await respond(preference), echo)
    if (isRefusal(paired) && verdict.fault !== 'credentials') return withEcho(await respond(paired), echo)
    const example = precedent(verdict) ?? fittingRefusal(operation, verdict)
    const worded = verdict.fault === 'credentials' ? undefined : await inItsWords(c, echo)
    if (!worded)
      return withEcho(example ? await respond(example) : await unrefused(verdict, preference), echo)
    const code = String(worded.status)
    const { toResponse } = await import('./wording.ts')
    if (!operation.responses.some((declared) => declared.code === code)) return toResponse(worded)
    // The headers that the words do not bring along are those of an example.
    const { headers } = await respond(example?.code === code ? example : { code })
    return toResponse(worded, Object.fromEntries(headers))
  }

  /** What the API itself says, of the very member that is wrong. */
  async function inItsWords({ req }: Context, echo: Echo) {
    if (!wording) return undefined
    // Validation comes in with the first refusal, so that no start waits for it.
    const { wordedRefusal } = await import('./wording.ts')
    const { method, url, headers } = req.raw
    const body = operation.request?.body ? await req.text() : ''
    const request = new Request(url, { method, headers, ...(body !== '' && { body }) })
    for (const [name, value] of echo) request.headers.set(name, value)
    return wordedRefusal(await wording(), operation.iid ?? '', request, req.param())
  }

  const mayGoWithout = operation.request?.body !== undefined && !operation.request.body.required
  const cookieNames = (operation.request?.cookie ?? []).map(({ name }) => name)
  /** Where a body is optional, a declared cookie says what one without content does not. */
  const speaksByCookie = (c: Context) =>
    mayGoWithout && cookieNames.some((name) => getCookie(c, name) !== undefined)

  /** A contract that may go without a body, and declares no refusal of one, takes what it cannot read for none. */
  const unrefused = (verdict: Verdict, preference: Choice) => {
    if (mayGoWithout && isAboutBody(verdict)) return respond(preference)
    const detail = 'The request violates the contract, and the contract declares no refusal for it.'
    return problem(undeclaredStatus(verdict), detail, { violations: verdict.violations })
  }

  const tooLarge = ({ req }: Context) =>
    operation.responses.some(({ code }) => code === '413')
      ? respond({ code: '413' })
      : problem(413, `The body of ${req.method} ${req.path} is larger than the mock takes.`)

  return { answer, tooLarge }
}

const isRefusal = (choice: Choice | undefined): choice is Choice =>
  choice?.code !== undefined && choice.code >= '400'

type Echo = [string, string][]

const isEmpty = (body: unknown) =>
  body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)

const isAboutBody = ({ violations }: Verdict) =>
  violations.every(({ location: [, part, name] }) => (part ?? 'body') === 'body' || name === 'content-type')
