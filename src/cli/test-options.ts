import { InvalidArgumentError } from 'commander'
import { assertBaseUrl, hideCredentials } from '../common/base-url.ts'
import { UserError } from '../common/user-error.ts'
import { basePathOf } from '../openapi/base-path.ts'
import type { Server } from '../openapi/document.ts'

/**
 * Checks the base URL of a server.
 * @param option the option that has it, for the error
 * @param servers those of the contract, to suggest them. None is called without being asked for
 * @throws {UserError} if it is missing or not usable
 */
export function readUrl(text: string | undefined, option: string, servers: Server[] = []): string {
  if (text === undefined) {
    const declared = servers.map(({ url }) => url).filter((url) => /^https?:/.test(url))
    const suggestion = declared.length > 0 ? ` The contract names ${declared.join(' and ')}.` : ''
    const basePath = basePathOf({ servers })
    throw new UserError(
      `Pass the base URL of the server, such as ${option} http://localhost:4020${basePath}.${suggestion}`,
    )
  }
  assertBaseUrl(text, `${option} ${hideCredentials(text)}`)
  return text
}

/** Splits a list with commas. */
export const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** Adds a header to those of earlier options. */
export function collectHeader(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("Pass a header as 'Name: value'.")
  return { ...earlier, [name]: value }
}

/** Parses a whole number. */
export function parseWhole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Pass a whole number.')
}

/** Parses a number above 0. */
export function parsePositive(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('Pass a number above 0.')
}

/** Parses a percentage. */
export function parsePercent(text: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text) ?? []
  if (number !== '' && Number(number) <= 100) return Number(number)
  throw new InvalidArgumentError('Pass a percentage from 0 to 100.')
}
