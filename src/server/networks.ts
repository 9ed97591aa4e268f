import { type BlockList, isIP } from 'node:net'

/** What `BlockList.addSubnet` takes; an address alone is a network of one. */
export type Network = Parameters<BlockList['addSubnet']>

/** @returns undefined for what is neither an address nor a network such as `10.0.0.0/8` */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...others] = text.split('/')
  const family = familyOf(address)
  const bits = family === 'ipv6' ? 128 : 32
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  if (isIP(address) === 0 || !isPrefix || others.length > 0) return undefined
  return [address, prefix === undefined ? bits : Number(prefix), family]
}

export function familyOf(address: string) {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
