import { maskBody, maskHeader, maskText, maskUrl } from '../../conformance/report/mask.ts'
import { isMultipart } from '../../openapi/media-type.ts'
import { generateSentCode, isBinary, isRepeatable, type SentCode } from '../../snippets/index.ts'
import { type Judged, judge, type Violation } from './judge.ts'
import type { Body, Entry } from './log.ts'

/**
 * The result of judging an exchange by the contract: which direction violates it. `unjudged` are preflights,
 * paths outside the contract, answers of the hub, and bodies that were cut.
 */
type Verdict = 'ok' | 'request' | 'response' | 'both' | 'unjudged'

/** One line of the log, without secrets. */
export interface Summary {
  id: number
  time: string
  api: string
  /** The server whose base URL was called. */
  server: Entry['server']
  answeredBy: Entry['answeredBy']
  /** How the request came to be answered there. */
  note?: string
  /** The name of the sandbox, if it has one. */
  sandbox?: string
  method: string
  path: string
  operationId?: string
  /** 0 if the connection was reset, so that there was no response. */
  status: number
  durationMs: number
  verdict: Verdict
}

/** An entry with its headers, bodies, violations and code. */
export interface Details extends Summary {
  violations: {
    direction: 'request' | 'response'
    check: string
    message: string
    /** The JSON Pointer of the violated keyword in the contract. */
    pointer?: string
    hint?: string
  }[]
  /** Remarks about the verdict and the headers. */
  remarks: string[]
  request: Message
  response: Message
  /** Code that repeats the request. Missing if the body is cut, or not of its media type. */
  code?: SentCode
}

interface Message {
  headers: [name: string, value: string][]
  body?: { text: string; isCut: boolean }
}

/** Describes an entry in one line. */
export async function summarize(entry: Entry): Promise<Summary> {
  return toSummary(entry, await judge(entry), false)
}

function toSummary(entry: Entry, judged: Judged, showSecrets: boolean): Summary {
  const { id, api, server, answeredBy, method, response, startedAt, durationMs } = entry
  const note = entry.note ?? breakNote(entry)
  const { operation } = judged.exchange
  return {
    id,
    time: new Date(startedAt).toISOString(),
    api: api.name,
    server,
    answeredBy,
    ...(note !== undefined && { note }),
    ...(judged.sandbox !== undefined && { sandbox: judged.sandbox }),
    method,
    path: showSecrets ? judged.path : maskUrl(judged.path),
    ...(operation && { operationId: operation.id }),
    status: entry.brokenAfter === 0 ? 0 : response.status,
    durationMs: Math.round(durationMs * 10) / 10,
    verdict: verdictOf(judged),
  }
}

/** Tells in the list that a fault broke the connection, which the status alone hides. */
function breakNote({ brokenAfter }: Entry): string | undefined {
  if (brokenAfter === undefined) return undefined
  return brokenAfter === 0 ? 'No response.' : 'Half a response.'
}

function verdictOf({ request, response, skipped }: Judged): Verdict {
  if (request.length > 0) return response.length > 0 ? 'both' : 'request'
  if (response.length > 0) return 'response'
  return skipped ? 'unjudged' : 'ok'
}

/**
 * Describes an entry completely.
 * @param showSecrets whether passwords, tokens and keys are shown instead of masks
 */
export async function describe(entry: Entry, showSecrets: boolean): Promise<Details> {
  const judged = await judge(entry)
  const { request, response, operation } = judged.exchange
  const mask = <Text extends string>(text: Text, hide: (text: Text) => string) =>
    showSecrets ? text : hide(text)
  const headersOf = (headers: Iterable<[string, string]>) =>
    [...headers].map(([name, value]): [string, string] => [name, mask(value, () => maskHeader(name, value))])
  const sent = {
    method: request.method,
    path: mask(judged.path, maskUrl),
    headers: headersOf(request.headers),
    body: request.body && mask(request.body, (text) => maskBody(text, true)),
  }
  const type = entry.requestHeaders.get('content-type') ?? ''
  const form = await formOf(sent.body, type)
  const toViolation = (direction: 'request' | 'response') => (violation: Violation) => ({
    direction,
    check: violation.check,
    message: mask(violation.message, maskText),
    ...(violation.source && { pointer: violation.source.pointer }),
    ...(violation.hint && { hint: mask(violation.hint, maskText) }),
  })
  return {
    ...toSummary(entry, judged, showSecrets),
    violations: [
      ...judged.request.map(toViolation('request')),
      ...judged.response.map(toViolation('response')),
    ],
    remarks: [
      ...(judged.skipped ? [remarkOn(entry, judged.skipped)] : []),
      ...(entry.answeredBy === 'upstream' ? [remarks.upstream] : []),
    ],
    request: { headers: sent.headers, ...bodyOf(entry.requestBody, sent.body) },
    response: {
      headers: entry.brokenAfter === 0 ? [] : headersOf(response.headers),
      ...bodyOf(
        entry.responseBody,
        mask(response.text, (text) => maskBody(text)),
      ),
    },
    ...(!entry.requestBody?.isCut &&
      isRepeatable({ ...sent, form }, type) && {
        code: generateSentCode({
          document: await entry.api.readDocument(),
          variant: entry.api.name,
          baseUrl: judged.baseUrl,
          request: { ...sent, form },
          ...(entry.brokenAfter === undefined && { response }),
          ...(operation && { operationId: operation.id }),
          showSecrets,
        }),
      }),
  }
}

function remarkOn({ brokenAfter }: Entry, skipped: NonNullable<Judged['skipped']>): string {
  if (skipped !== 'broken') return remarks[skipped]
  return brokenAfter === 0
    ? 'Response not judged: a fault reset the connection before the operation ran.'
    : `Response not judged: a fault broke the connection after ${brokenAfter} bytes of the body.`
}

const remarks = {
  preflight: 'Not judged: preflights are part of Fetch, not of the API.',
  outside: 'Not judged: this path is not part of the contract.',
  hub: 'Not judged: the hub itself answered, and its errors are not part of the contract.',
  refused: 'Response not judged: the mock refused the request, in a form that is not part of the contract.',
  cut: 'Not judged completely: a body is longer than the log keeps.',
  upstream:
    'The response is shown as the upstream sent it. The hub changes the headers about cookies, redirects and CORS.',
}

const bodyOf = (body: Body | undefined, text: string | undefined) =>
  body && text !== undefined ? { body: { text: isBinary(text) ? '' : text, isCut: body.isCut } } : {}

/** Reads a multipart body. */
async function formOf(body: string | undefined, type: string): Promise<FormData | undefined> {
  if (body === undefined || !isMultipart(type)) return undefined
  return new Response(body, { headers: { 'content-type': type } }).formData().catch(() => undefined)
}
