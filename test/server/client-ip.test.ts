import { expect, it } from 'vitest'
import { createClientIpReader } from '../../src/server/client-ip.ts'

const readClientIp = createClientIpReader(['127.0.0.1', '10.0.0.0/8'])

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.8:51234', '203.0.113.8'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:51234', '2001:db8::1'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9:443', '203.0.113.9'],
  ['203.0.113.9:443, 10.0.0.7:80', '203.0.113.9'],
  ['unknown', '127.0.0.1'],
  ['203.0.113.9:port', '127.0.0.1'],
  ['[2001:db8::1', '127.0.0.1'],
])('reads the IP address of the client from X-Forwarded-For: %s', (header, ip) => {
  expect(readClientIp('127.0.0.1', new Headers({ 'x-forwarded-for': header }))).toBe(ip)
})
