import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'
import type { Document } from '../openapi/document.ts'
import { fileHeader } from './header.ts'
import type { Names } from './names.ts'
import { normalizeSchema } from './normalize-schema.ts'
import { resolverHelpers, zodResolvers } from './zod-resolvers.ts'

/** Returns the name under which `schemas.ts` exports a schema. */
export function zodName(name: string): string {
  return `z${name}`
}

/**
 * Renders `schemas.ts`. Its zod schemas accept the same values as a JSON Schema validator. They allow unknown
 * properties, but drop them.
 */
export async function renderSchemas(
  variant: string,
  { openapi, info }: Document,
  { schemas, nameOf }: Names,
) {
  const normalized = Object.entries(schemas).map(([name, schema]) => [
    name,
    normalizeSchema(schema, (ref) => `#/components/schemas/${nameOf(ref)}`),
  ])
  // A temporary folder, because the library can empty its output folder even in a dry run.
  const output = await mkdtemp(join(tmpdir(), 'auth-contracts-'))
  try {
    const [context] = await createClient({
      input: { openapi, info, paths: {}, components: { schemas: Object.fromEntries(normalized) } },
      dryRun: true,
      output: { path: output, clean: false },
      logs: { level: 'silent', file: false },
      plugins: [
        {
          name: 'zod',
          comments: false,
          dates: { offset: true },
          definitions: { name: zodName('{{name}}'), case: 'preserve' },
          $resolvers: zodResolvers,
        },
      ],
    })
    const text = [...(context?.gen.render() ?? [])].map((file) => file.content).join('')
    const code = text.slice(text.indexOf('export const'))
    const used = Object.entries(resolverHelpers).filter(([name]) => new RegExp(`[( ]${name}[ ()]`).test(code))
    // Imports zod from zod-openapi, which adds the method `openapi` only to schemas that are created later.
    const imports = "import { z } from '@hono/zod-openapi'"
    return [`${fileHeader(variant)}\n${imports}`, ...used.map(([, helper]) => helper), code].join('\n\n')
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}
