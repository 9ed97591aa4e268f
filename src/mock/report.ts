import type { Rejection } from './violations.ts'

/** Describes a rejected request and all its violations for the console. */
export function describeViolations(
  method: string,
  path: string,
  status: number,
  { violations }: Rejection,
): string {
  const lines = [
    `${method} ${path} returned ${status}: the request violates the contract.`,
    ...violations.map(({ location, message }) => `  ${location.join('.')}: ${message}`),
    '  Help: "When the mock rejects a request" in README.md',
  ]
  // Removes control characters, because the text comes from the client and reaches a terminal.
  return lines.map((line) => line.replace(/\p{Cc}/gu, ' ')).join('\n')
}

/** Formats violations as a header value: an ASCII JSON array with as many of them as fit. */
export function violationsHeader({ violations }: Rejection): string {
  const included: string[] = []
  for (const text of violations.map(asciiJson)) {
    if ([...included, text].join().length > maxHeaderBytes) break
    included.push(text)
  }
  return `[${included.join()}]`
}

/** Half of the 8 KiB that clients and proxies commonly allow for all headers together. */
const maxHeaderBytes = 4096

function asciiJson(value: unknown) {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
