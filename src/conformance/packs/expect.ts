import type { Exchange } from '../exchange.ts'
import type { CheckName, Finding } from '../finding.ts'
import { NotExercisedError, type Probe } from '../test-case.ts'

/** The violation that a failed expectation reports. */
export interface Claim {
  check: CheckName
  /** The violation, as a sentence about the server. */
  message: string
  /** The id of the security requirement. */
  requirement?: string
  hint?: string
  /** That of the check by default. */
  severity?: Finding['severity']
}

/** Reports unless the server rejected the request with a 4xx status. A 429 says nothing about it. */
export function expectRejected(probe: Probe, exchange: Exchange, claim: Claim): void {
  const { status } = exchange.response
  if (status === 429) throw new NotExercisedError('The server is limiting the rate.')
  if (status < 400) report(probe, exchange, claim)
}

/** Reports unless the status is one of those. */
export function expectStatus(probe: Probe, exchange: Exchange, statuses: number[], claim: Claim): void {
  const { status } = exchange.response
  if (!statuses.includes(status))
    report(probe, exchange, {
      ...claim,
      message: `${claim.message} Expected ${statuses.join(' or ')}, got ${status}.`,
    })
}

/**
 * Reports unless the request succeeded.
 * @param what the subject of the message, such as `A refresh`
 * @returns whether it did
 */
export function expectSuccess(probe: Probe, exchange: Exchange, what: string): boolean {
  const { status } = exchange.response
  if (status >= 300)
    probe.report('positive_data_acceptance', exchange, `${what} was answered with ${status}.`)
  return status < 300
}

/** Reports a claim if a condition does not hold. */
export function expectThat(probe: Probe, exchange: Exchange, holds: boolean, claim: Claim): void {
  if (!holds) report(probe, exchange, claim)
}

function report(probe: Probe, exchange: Exchange, { check, message, ...more }: Claim): void {
  probe.report(check, exchange, message, more)
}

/** Reports unless exactly one of several concurrent requests succeeded. */
export function expectOneSuccess(probe: Probe, exchanges: Exchange[], claim: Claim): void {
  const successes = exchanges.filter(({ response }) => response.status < 400)
  const [first] = successes.length > 1 ? successes : exchanges
  if (first && successes.length !== 1)
    report(probe, first, {
      ...claim,
      message: `${claim.message} ${successes.length} of ${exchanges.length} succeeded.`,
    })
}
