import { type BlockList, isIP } from 'node:net'

/** The arguments of `BlockList.addSubnet`. A single IP address is a network of one. */
export type Network = Parameters<BlockList['addSubnet']>

/**
 * Parses an IP address or a network such as `10.0.0.0/8`.
 * @returns undefined if the text is invalid
 */
export function parseNetwork(text: string): Network | undefined {
  const [ip = '', prefix, ...others] = text.split('/')
  const family = familyOf(ip)
  const bits = family === 'ipv6' ? 128 : 32
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  if (isIP(ip) === 0 || !isPrefix || others.length > 0) return undefined
  return [ip, prefix === undefined ? bits : Number(prefix), family]
}

export function familyOf(ip: string) {
  return isIP(ip) === 6 ? 'ipv6' : 'ipv4'
}
