import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/server/listen.ts'
import { generateSentCode } from '../../src/snippets/index.ts'
import { runnerOf } from './runners.ts'

const names = ['report, final;v2 "$(id) it\'s.png', 'a.png', '\ue000HOME\ue000`b`.png']

const form = new FormData()
form.append('page', 'a text before files')
for (const name of names) form.append('page', new File(['content'], name, { type: 'image/png' }))
form.append('text', ' (x) @y; \ue000HOME\ue000 $(id) `id` ')
form.append('page', 'b')
form.append('$text', '{"$text":[{"variable":"HOME"}]}')

const codeFor = (baseUrl: string) =>
  generateSentCode({
    document: {},
    variant: 'acme',
    baseUrl,
    request: {
      method: 'POST',
      path: '/upload',
      headers: [['content-type', 'multipart/form-data; boundary=x']],
      form,
    },
  })

const read = (sent: FormData) =>
  Promise.all(
    [...sent].map(async ([name, value]) =>
      typeof value === 'string' ? [name, value] : [name, value.name, value.type, await value.text()],
    ),
  )

it.each(['curl', 'fetch', 'python'] as const)(
  'repeats all files and texts of a form with %s',
  async (lang) => {
    const cwd = await mkdtemp(join(tmpdir(), 'auth-contracts-files-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    for (const name of names) await writeFile(join(cwd, name), 'content')
    const received: unknown[] = []
    const { url, close } = await listen(
      async (request) => {
        received.push(await read(await request.formData()))
        return Response.json({})
      },
      { host: '127.0.0.1', port: 0 },
    )
    onTestFinished(async () => {
      await close()
    })
    await runnerOf(lang, { usesStandIn: true, cwd })(codeFor(url)[lang], {})
    expect(received).toEqual([await read(form)])
  },
)

it('names each file of a field in PowerShell, where brackets are wildcards', () => {
  const { powershell } = codeFor('http://localhost')
  expect(powershell).toContain(`Get-Item -LiteralPath 'report, final;v2 "$(id) it''s.png'`)
  expect(powershell).toContain("Get-Item -LiteralPath 'a.png'")
})
