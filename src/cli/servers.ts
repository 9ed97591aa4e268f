import { assertBaseUrl, hideCredentials } from '../common/base-url.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'

/**
 * Reads the values of `--server`: `<api>=<url>`, or a URL alone if there is one API.
 * @param names the names of the APIs
 * @returns the URL for each API, without a slash at its end
 * @throws {UserError} if a URL is not usable, or an API is unknown, has two URLs, or is not named
 */
export function readServers(texts: readonly string[], names: readonly string[]): Map<string, string> {
  const urls = new Map<string, string>()
  for (const text of texts) {
    const [, given, rest] = /^([^=:/]*)=(.*)$/s.exec(text) ?? []
    const url = rest ?? text
    const label = `--server ${hideCredentials(url)}`
    if (url === '')
      throw new UserError(`--server ${text} has no URL. Pass one such as https://api.example.com.`)
    assertBaseUrl(url, label)
    if (hideCredentials(url) !== url)
      throw new UserError(`${label} has credentials, which the site would show. Remove them.`)
    const name = given ?? (names.length === 1 ? names[0] : undefined)
    if (name === undefined)
      throw new UserError(`${label} names no API. Pass one such as --server ${names[0]}=${url}.`)
    if (!names.includes(name)) throwUnknown('API', name, names)
    if (urls.has(name)) throw new UserError(`--server names ${name} twice. Pass one URL per API.`)
    urls.set(name, url.replace(/\/+$/, ''))
  }
  return urls
}
