import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { UserError } from '../common/user-error.ts'

/** The limits of all files of a contract that are downloaded. The contract of Microsoft Graph has 40 MB. */
const maxBytes = 64 * 1024 * 1024
const maxFiles = 500
const timeoutMs = 15_000
const maxRedirects = 5

/** Downloads a file. `base` is the file that refers to it, if there is one. */
export type Download = (url: URL, name: string, base?: URL) => Promise<Downloaded>

interface Downloaded {
  text: string
  /** The last URL of the redirects, which is the base of the references in the file (RFC 3986, 5.1.3). */
  url: URL
}

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
          if (response.ok) return { text: await readText(response, name), url: next }
          throw new UserError(`${name} cannot be downloaded: the server answered ${response.status}.`)
        }
        await response.body?.cancel()
        await assertAllowed(target, next)
        target.hash = '' // so that each file has one URL
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
  if (url.host === base.host || !(await canBePrivate(url)) || (await isPrivate(base))) return
  throw new UserError(`${leads}. A contract from a public server cannot refer to a private network.`)
}

/** Tells whether a request to a host can reach a private network. Unknown names are left to the request. */
async function canBePrivate(url: URL): Promise<boolean> {
  const addresses = await addressesOf(url)
  return addresses.some((address) => contains(privateNetworks, address) || contains(otherNetworks, address))
}

/**
 * Tells whether a host is only in private networks. The name of a public server can also have private IP
 * addresses, or those of NAT64 and 6to4.
 */
async function isPrivate(url: URL): Promise<boolean> {
  const addresses = await addressesOf(url)
  return addresses.length > 0 && addresses.every((address) => contains(privateNetworks, address))
}

async function addressesOf({ hostname }: URL): Promise<string[]> {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return [host]
  const found = await lookup(host, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}

const contains = (networks: BlockList, address: string) =>
  networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** This machine and private networks. */
const privateNetworks = toBlockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10], // site-local (RFC 3879)
])

/**
 * The other networks that are not globally reachable, or embed IPv4 addresses, which can be private. With
 * those above, they are the networks of these registries, without those for documentation and the public
 * ones of AS112 and AMT, and with multicast. `BlockList` checks ::ffff:0:0/96 as IPv4 addresses.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const otherNetworks = toBlockList([
  ['192.0.0.0', 24],
  ['192.88.99.0', 24], // relays of 6to4
  ['198.18.0.0', 15],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4],
  ['::', 96], // IPv4-compatible (RFC 4291)
  ['64:ff9b::', 96], // NAT64
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['100:0:0:1::', 64],
  ['2001::', 23], // Teredo among others
  ['2002::', 16], // 6to4
  ['5f00::', 16],
  ['ff00::', 8], // multicast
])

function toBlockList(networks: [network: string, bits: number][]): BlockList {
  const list = new BlockList()
  for (const [network, bits] of networks) list.addSubnet(network, bits, isIP(network) === 6 ? 'ipv6' : 'ipv4')
  return list
}
