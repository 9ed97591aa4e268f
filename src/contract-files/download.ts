import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { UserError } from '../common/user-error.ts'

/** The limits of all files of a contract that are downloaded. The contract of Microsoft Graph has 40 MB. */
const maxBytes = 64 * 1024 * 1024
const maxFiles = 500
const timeoutMs = 15_000
const maxRedirects = 5

/** Downloads a file. `base` is the file that refers to it, if there is one. */
export type Download = (url: URL, name: string, base?: URL) => Promise<string>

/** Creates a function that downloads the files of one contract, within the limits. */
export function createDownload(): Download {
  let files = 0
  let bytes = 0

  async function readText(response: Response, name: string): Promise<string> {
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > maxBytes)
        throw new UserError(`${name} is too large: the files of a contract may have 64 MiB in all.`)
      chunks.push(chunk)
    }
    return new TextDecoder().decode(Buffer.concat(chunks))
  }

  return async (url, name, base) => {
    if (++files > maxFiles)
      throw new UserError(`${name} is one file too many: a contract may have ${maxFiles} from the network.`)
    if (base && base.protocol !== 'file:') await assertAllowed(url, base)
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      let next = url
      for (let redirects = 0; redirects <= maxRedirects; redirects++) {
        const response = await fetch(next, { signal, redirect: 'manual' })
        const location = response.headers.get('location')
        const target = response.status >= 300 && location !== null ? URL.parse(location, next.href) : null
        if (!target) {
          if (response.ok) return await readText(response, name)
          throw new UserError(`${name} cannot be downloaded: the server answered ${response.status}.`)
        }
        await response.body?.cancel()
        await assertAllowed(target, next)
        next = target
      }
      throw new UserError(`${name} cannot be downloaded: it redirects more than ${maxRedirects} times.`)
    } catch (error) {
      if (error instanceof UserError) throw error
      const { name: kind, message, cause } = error as Error
      const reason =
        kind === 'TimeoutError' ? 'no complete response within 15 s' : ((cause as Error)?.message ?? message)
      throw new UserError(`${name} cannot be downloaded: ${reason}.`, { cause: error })
    }
  }
}

/**
 * Checks that a file from the network may refer or redirect to a URL: its author must not reach the servers
 * of a private network (SSRF), nor give up encryption. Names are resolved for the check and again for the
 * request, so that a name whose IP address changes in between is not noticed.
 * @throws {UserError} if it may not
 */
async function assertAllowed(url: URL, base: URL): Promise<void> {
  const leads = `${base.href} leads to ${url.href}`
  if (!/^https?:$/.test(url.protocol)) throw new UserError(`${leads}, which is not an http or https URL.`)
  if (base.protocol === 'https:' && url.protocol === 'http:')
    throw new UserError(`${leads}. A contract from https can only refer to https.`)
  if (url.host === base.host || !(await isPrivate(url)) || (await isPrivate(base))) return
  throw new UserError(`${leads}. A contract from a public server cannot refer to a private network.`)
}

/** Tells whether a host is this machine or in a private network. Unknown names are left to the request. */
async function isPrivate({ hostname }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await addressesOf(host)
  return addresses.some((address) => privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

const addressesOf = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address)

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and its counterpart for IPv6 */
const privateAddresses = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateAddresses.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateAddresses.addSubnet(network, bits, 'ipv6')
