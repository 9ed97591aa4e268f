import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createMock } from '../../src/mock/mock.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { listen } from '../../src/server/listen.ts'
import { firstCallCode, generateCode, languages } from '../../src/snippets/index.ts'
import { uploadContract as document, uploadedFiles } from '../support/upload-contract.ts'
import { runnerOf } from './runners.ts'

/** Serves the mock of the contract, and records the bodies that arrive and the statuses of the responses. */
async function serveMock() {
  const mock = await createMock(document)
  const received: unknown[] = []
  const answer = async (request: Request) => {
    const body = await readBody(request.clone())
    const { status } = await mock.fetch(request)
    received.push([status, body])
    return new Response(null, { status })
  }
  const { url, close } = await listen(answer, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await close()
  })
  return { url, received }
}

const toText = async (value: string | File) =>
  typeof value === 'string' ? value : `${value.name} ${await value.text()}`

async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('multipart/')) return [type, await request.text()]
  const form = [...(await request.formData())]
  // A browser gives a part with a media type the file name "blob".
  return Promise.all(form.map(async ([name, value]) => [name, (await toText(value)).replace(/^blob /, '')]))
}

async function folderOfFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const name of uploadedFiles) await writeFile(join(folder, name), 'content')
  return folder
}

const codeOf = (
  lang: (typeof languages)[number]['id'],
  operationId: string,
  baseUrl = 'http://localhost:1',
) => generateCode({ document, variant: 'acme', operationId, lang, baseUrl }).code

describe('the code of an upload', () => {
  it.each(languages.map(({ id }) => id))('sends files that the mock accepts in %s', async (lang) => {
    const { url, received } = await serveMock()
    const run = runnerOf(lang, { usesStandIn: true, cwd: await folderOfFiles() })
    for (const { operation } of endpointsOf(document))
      await run(codeOf(lang, operation.operationId ?? '', url).replace(/^import type .*$/m, ''), {})
    expect(received).toEqual([
      [
        204,
        [
          ['avatar', 'avatar.png content'],
          ['pages', 'pages.bin content'],
          ['crop', '{"x":1}'],
          ['address', '{"city":"Paris \\"FR\\"; 1"}'],
          ['tags', 'string'],
          ['tags', 'string'],
          ['note', '@home; <3'],
        ],
      ],
      [204, ['image/png', 'content']],
      [204, ['application/octet-stream', 'content']],
      [
        204,
        [
          ['title', 'Passport'],
          ['labels', 'a'],
          ['labels', 'b'],
          ['owner', '{"id":1}'],
          ['file', 'file.bin content'],
        ],
      ],
    ])
  })

  it('names files by their field and media type', () => {
    expect(codeOf('curl', 'updateProfile')).toContain('-F "avatar=@avatar.png;type=image/png"')
    expect(codeOf('curl', 'uploadPhoto')).toContain('--data-binary "@file.png"')
    expect(codeOf('python', 'updateProfile')).toContain(
      '("avatar", ("avatar.png", open("avatar.png", "rb"), "image/png")),',
    )
    expect(codeOf('fetch', 'updateProfile')).toContain(
      'const AVATAR = new File(["content"], "avatar.png", { type: "image/png" });',
    )
  })

  it('serializes any fields with the client, unless the contract declares encodings', () => {
    expect(codeOf('client', 'uploadDocument')).toContain(`  bodySerializer(fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields ?? {}))
      for (const item of [value].flat())
        form.append(name, item instanceof Blob ? item : typeof item === "object" ? JSON.stringify(item) : String(item));
    return form;
  },`)
    expect(codeOf('client', 'updateProfile')).toContain('  bodySerializer() {')
  })

  it('reads files in PowerShell, where a field with several values is a list', () => {
    const codeOfFirst = (path: string) => {
      const paths = { [path]: document.paths?.[path] ?? {} }
      return firstCallCode({ ...document, paths }, 'acme', 'http://localhost:1')?.powershell
    }
    expect(codeOfFirst('/profile')).toContain("-Form @{ 'avatar' = Get-Item -LiteralPath 'avatar.png';")
    expect(codeOfFirst('/profile')).toContain("'tags' = @('string'; 'string')")
    expect(codeOfFirst('/photo')).toContain("-ContentType 'image/png' `\n  -InFile 'file.png'")
  })
})
