import type { Endpoint } from '../openapi/operations.ts'
import type { InvalidContractError } from './invalid-contract-error.ts'
import { problem } from './problem.ts'

/** Finds the place of a JSON Pointer in the source of the contract. */
export type Locate = (pointer: string) => { file: string; line: number }

interface ContractProblems {
  /** Logs a text about a part of an operation once. */
  warn: (endpoint: Pick<Endpoint, 'method' | 'path'>, text: string, pointer: string) => void
  /** Logs an error once, and creates the response of its operation. The others are not affected. */
  toResponse: (endpoint: Pick<Endpoint, 'method' | 'path'>, error: InvalidContractError) => Response
}

/**
 * Creates the reports about a contract.
 * @param name the name of the API
 */
export function createContractProblems(
  log: (text: string) => void,
  name = 'the contract',
  locate?: Locate,
): ContractProblems {
  const logged = new Set<string>()
  const logOnce = (text: string) => {
    if (!logged.has(text)) log(text)
    logged.add(text)
  }

  function describe({ method, path }: Pick<Endpoint, 'method' | 'path'>, text: string, pointer: string) {
    const location = locate?.(pointer)
    const place = location ? `${location.file}:${location.line}` : `#${pointer}`
    return `${method.toUpperCase()} ${path} of ${name}: ${text} (${place})`
  }

  return {
    warn: (endpoint, text, pointer) => logOnce(describe(endpoint, text, pointer)),
    toResponse(endpoint, { message, pointer }) {
      const text = `The contract is invalid, so that the mock cannot respond: ${message.replace(/\.$/, '')}.`
      const detail = describe(endpoint, text, pointer)
      logOnce(detail)
      return problem(501, detail)
    },
  }
}
