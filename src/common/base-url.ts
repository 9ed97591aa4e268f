import { UserError } from './user-error.ts'

/**
 * Checks that paths can be appended to the URL of a server. It may contain credentials.
 * @param label what has the URL, with the URL, for the error
 * @throws {UserError} if it is not usable
 */
export function assertBaseUrl(text: string, label: string): void {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new UserError(`${label} is not an http or https URL. Pass one such as http://localhost:4020.`)
  if (url.search || url.hash)
    throw new UserError(`${label} has a query or fragment, to which no path can be appended. Remove it.`)
  if (/%(?![0-9a-f]{2})/i.test(url.username + url.password))
    throw new UserError(`${label} has a "%" in its credentials that encodes nothing. Write it as %25.`)
}

/** Hides the credentials of URLs in a text. */
export const hideCredentials = (url: string): string => url.replace(/(\w+:\/\/)[^/?#\s]*@/g, '$1***@')
