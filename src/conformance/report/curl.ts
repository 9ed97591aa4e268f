import type { Exchange } from '../exchange.ts'
import { maskHeader } from './mask.ts'

/** Writes a request as a `curl` command for POSIX shells. Credentials are masked. */
export function toCurl({ request }: Pick<Exchange, 'request'>): string {
  const { method, url, headers, body } = request
  return [
    `curl -i -X ${method} ${quote(url)}`,
    ...headers.map(([name, value]) => `-H ${quote(`${name}: ${maskHeader(name, value)}`)}`),
    ...(body === undefined
      ? []
      : [`--data-raw ${quote(body.length > 2000 ? `${body.slice(0, 2000)}…` : body)}`]),
  ].join(' \\\n  ')
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
