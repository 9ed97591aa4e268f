import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { parseArgs, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { signInCommand } from '../../src/snippets/curl.ts'

/** Returns the arguments of a command as a shell parses them. */
async function argumentsOf(command: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(/^curl /, "printf '%s\\n' ")])
  return stdout.trimEnd().split('\n')
}

/** Builds the request that curl would send for these arguments. Not every machine has curl. */
function asRequest(args: string[]): Request {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      request: { type: 'string', short: 'X' },
      header: { type: 'string', short: 'H', multiple: true },
      data: { type: 'string', short: 'd' },
    },
  })
  const { request: method = 'GET', header = [], data = '' } = values
  const headers = header.map((line) => line.split(': ', 2) as [string, string])
  return new Request(positionals.join(' '), { method, headers, body: data })
}

const contractOf = async (variant: (typeof variantNames)[number]) =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

describe('the example request', () => {
  let server: Listening
  beforeAll(async () => {
    server = await listen(createHub({ host: '127.0.0.1' }).fetch, { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => server.close())

  it.each(variantNames)('signs in to %s when it is pasted into a shell', async (variant) => {
    const document = await contractOf(variant)
    const command = signInCommand(document, `${server.url}/mock/${variant}`) ?? ''
    expect((await fetch(asRequest(await argumentsOf(command)))).status).toBe(200)
  })

  it('escapes quotes in headers and body', async () => {
    const document = {
      paths: {
        '/in': {
          post: {
            operationId: 'signIn',
            security: [{ key: [] }, {}],
            requestBody: {
              content: { 'application/json': { examples: { ok: { $ref: '#/components/examples/A~1B' } } } },
            },
          },
        },
      },
      components: {
        securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-example': "it's" } },
        examples: { 'A/B': { value: { password: `it's "$HOME" \\ \`date\`` } } },
      },
    }
    expect(await argumentsOf(signInCommand(document, 'http://h') ?? '')).toEqual([
      '-X',
      'POST',
      'http://h/in',
      '-H',
      'Content-Type: application/json',
      '-H',
      "X-Key: it's",
      '-d',
      JSON.stringify({ password: `it's "$HOME" \\ \`date\`` }),
    ])
  })

  it('returns undefined for a contract without a sign-in', () => {
    expect(signInCommand({ paths: { '/': { get: { operationId: 'getHome' } } } }, 'http://h')).toBeUndefined()
  })
})
