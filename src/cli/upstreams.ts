import { hideCredentials } from '../common/base-url.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'

/**
 * Reads the values of `--upstream`, such as `<api>=https://staging.example.com`. The hub checks the URLs.
 * @throws {UserError} if one has another form, or an API is unknown or has two
 */
export function readUpstreams(texts: readonly string[], names: readonly string[]): Map<string, string> {
  const urls = new Map<string, string>()
  for (const text of texts) {
    const [, name, url] = /^([^=:/]*)=(.*)$/s.exec(text) ?? []
    if (name === undefined || url === undefined)
      throw new UserError(
        `--upstream ${hideCredentials(text)} is not of the form <api>=<url>. Pass one such as ${names[0]}=https://staging.example.com.`,
      )
    if (!names.includes(name)) throwUnknown('API', name, names)
    if (urls.has(name)) throw new UserError(`--upstream names ${name} twice. Pass one URL per API.`)
    urls.set(name, url)
  }
  return urls
}
