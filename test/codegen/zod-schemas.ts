import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { z } from '@hono/zod-openapi'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { createDefaults } from '../../src/codegen/defaults.ts'
import { nameSchemas } from '../../src/codegen/names.ts'
import { renderSchemas } from '../../src/codegen/schemas.ts'
import type { AnySchema } from '../../src/codegen/zod/json-schema.ts'
import type { Document, Schema } from '../../src/openapi/document.ts'

const style = { header: '// Test.\n', library: '@hono/zod-openapi', importExtension: '.ts' } as const
const root = resolve(import.meta.dirname, '../..')

/**
 * Generates zod schemas from JSON Schemas, and loads them.
 * @param schemas the components of a document, so that they can refer to each other
 * @returns a function that validates a value with the zod schema and with a JSON Schema validator
 */
export async function loadBoth(schemas: Record<string, AnySchema>) {
  const components = { schemas: schemas as Record<string, Schema> }
  const document: Document = { openapi: '3.1.0', info: { title: 'Test', version: '1.0.0' }, components }
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'zod-')))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const file = join(folder, 'schemas.ts')
    const names = nameSchemas(document)
    await writeFile(file, renderSchemas(names, createDefaults(document, names), style))
    const zodSchemas: Record<string, z.ZodType> = await import(file)
    const ajv = new Ajv2020({ strict: false, logger: false })
    addFormats.default(ajv)
    ajv.addSchema({ $id: 'test', ...document } as object)
    /** Returns undefined if a library fails, because schemas contain themselves without end. */
    const attempt = (test: () => boolean | undefined) => {
      try {
        return test()
      } catch {
        return undefined
      }
    }
    return {
      validate: (name: string, value: unknown) => ({
        zod: attempt(() => zodSchemas[`z${name}`]?.safeParse(value).success),
        ajv: attempt(() => ajv.validate(`test#/components/schemas/${name}`, value)),
      }),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
