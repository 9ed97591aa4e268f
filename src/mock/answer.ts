import type { Context } from 'hono'
import { readCall } from './call.ts'
import { createPairing } from './pairing.ts'
import { createPrecedents } from './precedents.ts'
import { readPreference } from './prefer.ts'
import { type Choice, createResponder, type Operation } from './prism.ts'
import { problem } from './problem.ts'
import { fittingRefusal, undeclaredStatus } from './refusal.ts'
import { explain, violationsHeader } from './report.ts'
import { findViolations, type Verdict } from './violations.ts'

/** The handlers of one operation: `answer` for a request, `tooLarge` for one whose body passes the limit. */
export function createAnswer(operation: Operation, basePath: string, log: (text: string) => void) {
  const respond = createResponder(operation)
  const pair = createPairing(operation)
  const precedent = createPrecedents(operation)

  async function answer(c: Context): Promise<Response> {
    const preference = readPreference(c.req.header('prefer'), operation)
    const { call, bodyFault } = await readCall(c, operation, basePath)
    const paired = pair(call)
    const verdict = findViolations(operation, call, bodyFault)
    if (!verdict) {
      const asked = Object.keys(preference).length > 0
      return respond(asked ? preference : (paired ?? {}))
    }
    const choice = refusal(verdict, preference, paired)
    const response = choice ? await respond(choice) : await unrefused(verdict, preference)
    response.headers.set('sl-violations', violationsHeader(verdict))
    log(explain(c.req.method, c.req.path, response.status, verdict))
    return response
  }

  /** A request in violation never gets a success, but by `Prefer` it may choose its refusal. */
  function refusal(verdict: Verdict, preference: Choice, paired: Choice | undefined): Choice | undefined {
    if (isRefusal(preference)) return preference
    if (isRefusal(paired) && verdict.fault !== 'credentials') return paired
    return precedent(verdict) ?? fittingRefusal(operation, verdict)
  }

  /** A contract that may go without a body, and declares no refusal of one, takes what it cannot read for none. */
  const unrefused = (verdict: Verdict, preference: Choice) => {
    const isAboutBody = verdict.violations.every(
      ({ location: [, part, name] }) => (part ?? 'body') === 'body' || name === 'content-type',
    )
    if (isAboutBody && operation.request?.body && !operation.request.body.required) return respond(preference)
    const detail = 'The request violates the contract, and the contract declares no refusal for it.'
    return problem(undeclaredStatus(verdict), detail, { violations: verdict.violations })
  }

  const tooLarge = ({ req }: Context) =>
    operation.responses.some(({ code }) => code === '413')
      ? respond({ code: '413' })
      : problem(413, `The body of ${req.method} ${req.path} is larger than the mock takes.`)

  return { answer, tooLarge }
}

const isRefusal = (choice: Choice | undefined) => choice?.code !== undefined && choice.code >= '400'
