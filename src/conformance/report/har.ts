import type { Exchange } from '../exchange.ts'
import { maskExchange } from './mask.ts'
import { nameOf, type Report } from './summary.ts'

/** Writes all exchanges as HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), masked. */
export function harReport({ results }: Report): string {
  const exchanges = results.flatMap(({ test, exchanges }) =>
    exchanges.map((exchange) => ({ exchange, comment: nameOf(test) })),
  )
  return `${JSON.stringify(
    {
      log: {
        version: '1.2',
        creator: { name: 'auth-contracts', version: '1' },
        entries: exchanges
          .sort((a, b) => a.exchange.startedAt - b.exchange.startedAt)
          .map(({ exchange, comment }) => toEntry(exchange, comment)),
      },
    },
    null,
    2,
  )}\n`
}

function toEntry(exchange: Exchange, comment: string) {
  const { request, response } = maskExchange(exchange)
  const url = URL.parse(request.url)
  const type = response.headers.find(([name]) => name === 'content-type')?.[1]
  return {
    startedDateTime: new Date(exchange.startedAt).toISOString(),
    time: exchange.durationMs,
    request: {
      ...{ method: request.method, url: request.url, httpVersion: 'HTTP/1.1' },
      cookies: [],
      headers: toPairs(request.headers),
      queryString: url ? toPairs([...url.searchParams]) : [],
      ...(request.body !== undefined && {
        postData: {
          mimeType:
            request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ??
            'application/octet-stream',
          text: request.body,
        },
      }),
      headersSize: -1,
      bodySize: exchange.request.body === undefined ? 0 : Buffer.byteLength(exchange.request.body),
    },
    response: {
      ...{ status: response.status, statusText: '', httpVersion: 'HTTP/1.1' },
      cookies: [],
      headers: toPairs(response.headers),
      content: {
        size: Buffer.byteLength(exchange.response.text),
        mimeType: type ?? 'application/octet-stream',
        text: response.text,
      },
      redirectURL: response.headers.find(([name]) => name === 'location')?.[1] ?? '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: exchange.durationMs, receive: 0 },
    comment,
  }
}

const toPairs = (pairs: [name: string, value: string][]) => pairs.map(([name, value]) => ({ name, value }))
