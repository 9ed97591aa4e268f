import { describe, expect, it, onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { listen } from '../../src/server/listen.ts'
import { generateCode, type LanguageId, loadFlows } from '../../src/snippets/index.ts'
import { contractOf } from './operations.ts'
import { runnerOf } from './runners.ts'

const pythonFields = '[error.status, getattr(error, "code", None), error.retry_after, str(error)]'

/** Runs code against a server that always returns the response, and returns the fields of the error. */
async function errorOf(
  variant: VariantName,
  lang: LanguageId,
  response: () => Response,
  flow?: string,
): Promise<unknown> {
  const server = await listen(async () => response(), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const input = { document: await contractOf(variant), variant, lang, baseUrl: server.url }
  const { code } =
    flow === undefined
      ? generateCode({ ...input, operationId: 'signIn' })
      : generateCode({ ...input, flows: await loadFlows(variant), flow })
  const inPython = `import json\ntry:\n${code.replace(/^/gm, '  ')}\nexcept ApiError as error:\n  raise RuntimeError(json.dumps(${pythonFields}))`
  const error = await runnerOf(lang)(lang === 'python' ? inPython : code, {}).then(
    () => undefined,
    (thrown) => thrown,
  )
  if (lang === 'python') return JSON.parse(error.message.replace('RuntimeError: ', ''))
  const { status, code: errorCode, retryAfter, message } = error
  return [status, errorCode ?? null, retryAfter ?? null, message]
}

const html = () =>
  new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })
const limited = (error: unknown) => () =>
  Response.json({ error }, { status: 429, headers: { 'Retry-After': '7' } })

const languages = ['fetch', 'client', 'python'] as const
const subjects = languages.flatMap((lang): [LanguageId, string?][] => [[lang], [lang, 'signUpToSignOut']])

describe.each(subjects)('an error in code in %s %s', (lang, flow) => {
  it('has the status, code and wait of the response', async () => {
    const error = { code: 'auth/too-many-requests', message: 'Too many requests' }
    expect(await errorOf('bkend', lang, limited(error), flow)).toEqual([
      ...[429, 'auth/too-many-requests', 7, 'auth/too-many-requests: Too many requests'],
    ])
  })

  it('has the text of an API without codes', async () => {
    expect(await errorOf('bedrud', lang, limited('Too many requests'), flow)).toEqual([
      ...[429, null, 7, 'Too many requests'],
    ])
  })

  it.each(['bkend', 'bedrud'] as const)('has the status of an HTML page instead of %s', async (variant) => {
    expect(await errorOf(variant, lang, html, flow)).toEqual([502, null, null, 'HTTP 502'])
  })
})
