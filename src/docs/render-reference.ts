import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Document } from '../openapi/document.ts'
import type { Page } from '../ui/page.ts'
import { adaptRedoc } from './redoc-script.ts'
import { referencePolicy } from './reference.ts'
import { codeLanguages, type Frame, renderFrame } from './reference-frame.ts'

/**
 * Renders the reference page of a contract with Redoc, as a single HTML file that makes no requests.
 * @param contract the bundled OpenAPI 3.1 document
 * @throws {Error} when Redoc rejects the document, with the message of Redoc
 */
export async function renderReference(contract: Document, frame: Frame): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-docs-'))
  try {
    const template = join(folder, 'page.hbs')
    const output = join(folder, 'page.html')
    const document = join(folder, 'openapi.json')
    const placeholders = { title: '{{title}}', head: '{{{redocHead}}}', body: '{{{redocHTML}}}' }
    await writeFile(template, await renderFrame(frame, placeholders))
    await writeFile(document, JSON.stringify(contract))
    await writeFile(
      join(folder, 'redocly.yaml'),
      JSON.stringify({ openapi: { codeSamples: { languages: codeLanguages } } }),
    )
    const args = ['build-docs', document, '--inlineBundle', '--template', template, '--output', output]
    // Runs without telemetry, in this folder, so that Redocly finds no other configuration.
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    await promisify(execFile)(process.execPath, [redoclyPath, ...args], { cwd: folder, env })
    return { html: adaptRedoc(await readFile(output, 'utf8')), policy: referencePolicy }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const redoclyPath = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
