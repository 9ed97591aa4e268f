import type { VariantName } from '../../generated/index.ts'
import { hideCredentials } from '../common/base-url.ts'
import { unknownName } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'

/**
 * Reads the values of `--upstream`, such as `<api>=https://staging.example.com`. The hub checks the URLs.
 * @throws {UserError} if one has another form, or an API is unknown or has two
 */
export function readUpstreams(
  texts: readonly string[],
  variantNames: readonly VariantName[],
): Map<VariantName, string> {
  const urls = new Map<VariantName, string>()
  for (const text of texts) {
    const [, name, url] = /^([^=:/]*)=(.*)$/s.exec(text) ?? []
    if (name === undefined || url === undefined)
      throw new UserError(
        `--upstream ${hideCredentials(text)} is not of the form <api>=<url>. Pass one such as ${variantNames[0]}=https://staging.example.com.`,
      )
    const variant = variantNames.find((candidate) => candidate === name)
    if (!variant) throw new UserError(unknownName('API', name, variantNames))
    if (urls.has(variant)) throw new UserError(`--upstream names ${variant} twice. Pass one URL per API.`)
    urls.set(variant, url)
  }
  return urls
}
