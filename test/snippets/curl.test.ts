import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { signInCommand } from '../../src/snippets/curl.ts'

const contractOf = async (variant: (typeof variantNames)[number]) =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

describe('the first request', () => {
  let server: Listening
  beforeAll(async () => {
    server = await listen(createHub({ host: '127.0.0.1' }).fetch, { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => server.close())

  it.each(variantNames)('of %s signs in when it is pasted into a shell', async (variant) => {
    const document = await contractOf(variant)
    const command = signInCommand(document, `${server.url}/mock/${variant}`)
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} -s -o /dev/null -w '%{http_code}'`])
    expect(stdout).toBe('200')
  })

  it('survives quotes in what it sends', async () => {
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
    const command = signInCommand(document, 'http://h')?.replace(/^curl/, "printf '%s\\n'") ?? ''
    const { stdout } = await promisify(execFile)('sh', ['-c', command])
    const words = stdout.trimEnd().split('\n')
    expect(words).toEqual([
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

  it('does not exist where there is no sign-in', () => {
    expect(signInCommand({ paths: { '/': { get: { operationId: 'getHome' } } } }, 'http://h')).toBeUndefined()
  })
})
