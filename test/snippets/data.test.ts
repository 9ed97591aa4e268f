import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Document, Parameter } from '../../src/openapi/document.ts'
import { generateCode, generateSentCode } from '../../src/snippets/index.ts'
import { runnerOf } from './runners.ts'

/** Texts that have a meaning in a language of code samples, or had one in its generator. */
const hostile = `\ue000accessToken\ue000 \ue001HOME\ue001 '"\`id\` $(id) \${HOME} $HOME {HOME} {{0}} \\ \u2019; \r\n=&@<`
const withNul = `${hostile} \u0000HOME\u0000 \u0000`
const forged = { $text: [{ variable: 'HOME' }], $: { $text: 'x' } }

/** Starts a server, and returns what it receives. */
async function serve() {
  const received: { url: URL; headers: Record<string, unknown>; body: string }[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    received.push({ url, headers: request.headers, body: await text(request) })
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { received, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

const query = (name: string, example: unknown): Parameter => ({ name, in: 'query', required: true, example })

/** A contract whose examples and names are hostile, and whose texts contain a token next to them. */
const document: Document = {
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  security: [{ token: [] }],
  paths: {
    '/things': {
      post: {
        operationId: 'create',
        parameters: [
          query(hostile, hostile),
          query('object', { [hostile]: hostile }),
          { name: 'X-Text', in: 'header', required: true, example: hostile.replace(/[^\x20-\x7e]/g, '') },
        ],
        requestBody: { content: { [json]: { example: { [hostile]: [withNul], forged, empty: [] } } } },
        responses: {
          400: {
            description: 'Error',
            content: {
              [json]: {
                examples: { taken: { value: { error: { code: 'X\n} throw 1\n//\u2028y', message: 'm' } } } },
              },
            },
          },
        },
      },
    },
    '/form': {
      post: {
        operationId: 'send',
        requestBody: { content: { [form]: { example: { [hostile]: hostile, list: [hostile, 'b'] } } } },
        responses: { 204: { description: 'OK' } },
      },
    },
  },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
}

const secrets = { ACCESS_TOKEN: 'secret' }

describe.each(['curl', 'fetch', 'python'] as const)('code with hostile texts in %s', (lang) => {
  it('sends the texts of examples, names of parameters and JSON unchanged', async () => {
    const { received, baseUrl } = await serve()
    const { code } = generateCode({ document, variant: 't', operationId: 'create', lang, baseUrl })
    await runnerOf(lang, { usesStandIn: true })(code, secrets)
    const [request] = received
    expect([...(request?.url.searchParams ?? [])]).toEqual([
      [hostile, hostile],
      [hostile, hostile],
    ])
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-text': hostile.replace(/[^\x20-\x7e]/g, ''),
    })
    expect(JSON.parse(request?.body ?? '')).toEqual({ [hostile]: [withNul], forged, empty: [] })
  })

  it('sends the fields of the example of a form unchanged', async () => {
    const { received, baseUrl } = await serve()
    const { code } = generateCode({ document, variant: 't', operationId: 'send', lang, baseUrl })
    await runnerOf(lang, { usesStandIn: true })(code, secrets)
    expect([...new URLSearchParams(received[0]?.body)]).toEqual([
      [hostile, hostile],
      ['list', hostile],
      ['list', 'b'],
    ])
  })

  it.each([
    [json, JSON.stringify({ [hostile]: withNul, forged })],
    [form, String(new URLSearchParams({ [hostile]: hostile, $text: 'a', nul: withNul }))],
  ])('repeats a sent body of %s', async (type, body) => {
    const { received, baseUrl } = await serve()
    const path = `/form?${new URLSearchParams({ q: withNul })}`
    const request = { method: 'POST', path, headers: [['content-type', type]] as [string, string][], body }
    const code = generateSentCode({ document, variant: 't', baseUrl, request, operationId: 'send' })
    await runnerOf(lang, { usesStandIn: true })(code[lang], secrets)
    const read = (sent = '') => (type === json ? JSON.parse(sent) : [...new URLSearchParams(sent)])
    expect(received[0]?.url.searchParams.get('q')).toBe(withNul)
    expect(read(received[0]?.body)).toEqual(read(body))
  })
})

it('writes hostile texts as literals in PowerShell', () => {
  const body = JSON.stringify({ [hostile]: withNul, forged })
  const request = {
    method: 'POST',
    path: '/x',
    headers: [['content-type', json]] as [string, string][],
    body,
  }
  const { powershell } = generateSentCode({ document, variant: 't', baseUrl: 'http://localhost', request })
  const [, literal = ''] = /-Body '(.*)'$/s.exec(powershell) ?? []
  expect(literal.replaceAll(/''|\u2019\u2019/g, '')).not.toMatch(/['\u2018-\u201b]/)
  expect(JSON.parse(literal.replaceAll(/(['\u2019])\1/g, '$1'))).toEqual(JSON.parse(body))
})

it('quotes a method with characters of a shell for curl', () => {
  const request = { method: '`id`', path: '/', headers: [] }
  const { curl } = generateSentCode({ document, variant: 't', baseUrl: 'http://localhost', request })
  expect(curl).toBe("curl -X '`id`' http://localhost/")
})
