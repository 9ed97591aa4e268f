import type { Exchange } from '../exchange.ts'
import { maskExchange } from './mask.ts'

const maxBody = 2000

/** Writes a request as a `curl` command for POSIX shells. Credentials are masked. */
export function toCurl(exchange: Pick<Exchange, 'request' | 'response'>): string {
  const { method, url, headers, body } = maskExchange(exchange).request
  return [
    // With `-X HEAD`, curl would wait for a body that never arrives.
    `curl -i ${method === 'HEAD' ? '-I' : `-X ${method}`} ${quote(url)}`,
    ...headers.map(([name, value]) => `-H ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : [`--data-raw ${quote(body.length > maxBody ? `${body.slice(0, maxBody)}…` : body)}`]),
  ].join(' \\\n  ')
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
