import fc, { type Arbitrary } from 'fast-check'
import type { RequestData } from '../../exchange.ts'
import { causeOf } from '../../finding.ts'
import type { Examination, Probe } from '../../test-case.ts'

/** How long the search for the smallest failing request may take, in milliseconds. */
const maxSearchMs = 5_000

/** So many different causes are reported for one kind of request. */
const maxCauses = 3

export interface Search<Input> {
  inputs: Arbitrary<Input>
  /** The seed of the run. */
  seed: number
  /** Gives each search its own random data. */
  name: string
  runs: number
}

/**
 * Sends generated requests. Of those that violate the contract, it reports the smallest, once for each cause.
 * @param act sends the request of an input with the given function
 */
export async function findSmallest<Input>(
  probe: Probe,
  { inputs, seed, name, runs }: Search<Input>,
  act: (input: Input, send: (request: RequestData) => Promise<Examination['exchange']>) => Promise<unknown>,
): Promise<void> {
  const reported = new Set<string>()
  while (reported.size < maxCauses) {
    let smallest: Examination | undefined
    let cause: string | undefined
    let stopped: { error: unknown } | undefined
    const property = fc.asyncProperty(inputs, async (input) => {
      // fast-check would take an error, such as a rate limit, for a counterexample.
      if (stopped) return true
      try {
        let last: Examination | undefined
        await act(input, async (request) => {
          last = await probe.examine(request)
          return last.exchange
        })
        const causes = last ? causesOf(last) : []
        const found = causes.find((each) => (cause === undefined ? !reported.has(each) : each === cause))
        if (found === undefined) return true
        cause = found
        smallest = last
        return false
      } catch (error) {
        stopped = { error }
        return true
      }
    })
    await fc.check(property, {
      seed: seedOf(name, seed),
      numRuns: runs,
      interruptAfterTimeLimit: maxSearchMs,
      markInterruptAsFailure: false,
    })
    if (stopped) throw (stopped as { error: unknown }).error
    if (!smallest || cause === undefined) return
    reported.add(cause)
    const { exchange, violations } = smallest as Examination
    for (const { check, message, ...more } of violations.filter(
      (each) => causeIn(smallest as Examination, each) === cause,
    ))
      probe.report(check, exchange, message, {
        ...more,
        hint: `${more.hint ? `${more.hint} ` : ''}This is the smallest failing request. \`--seed ${seed}\` sends it again.`,
      })
  }
}

const causeIn = ({ exchange }: Examination, violation: Examination['violations'][number]) =>
  causeOf({ ...violation, exchange, severity: 'failure' })

const causesOf = (examination: Examination) =>
  examination.violations.map((violation) => causeIn(examination, violation))

/** Derives a seed from that of the run (FNV-1a). */
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash | 0
}
