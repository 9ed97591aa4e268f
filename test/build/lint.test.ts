import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { filesToLint } from '../../build/lint/files.ts'

it('lints the contracts of servers, and all flows and overlays, but no document of a vendor', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lint-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const path of [
    'openapi/_dev/openapi.yaml',
    'openapi/acme/flows.arazzo.yaml',
    'openapi/acme/openapi.yaml',
    'openapi/vendor/openapi.yaml',
    'openapi/vendor/overlay.ko.yaml',
    'src/variants/acme/index.ts',
  ]) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await writeFile(join(root, path), '')
  }
  expect(await filesToLint(root)).toEqual([
    'openapi/_dev/openapi.yaml',
    'openapi/acme/openapi.yaml',
    'openapi/acme/flows.arazzo.yaml',
    'openapi/vendor/overlay.ko.yaml',
  ])
})
