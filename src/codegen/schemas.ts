import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'
import type { Document } from '../openapi/document.ts'
import { headerOf } from './header.ts'
import type { Names } from './names.ts'
import { spellOut } from './normalize-schema.ts'
import { exactResolvers, helpers } from './zod-resolvers.ts'

/** The export that `schemas.ts` has for the schema `name`. */
export const zodName = (name: string): string => `z${name}`

/**
 * Writes `schemas.ts`: a zod schema for each schema of the contract, which accepts and refuses what a JSON Schema
 * validator does. Unknown members are allowed, and dropped.
 */
export async function renderSchemas(
  variant: string,
  { openapi, info }: Document,
  { schemas, nameOf }: Names,
) {
  const spelledOut = Object.entries(schemas).map(([name, schema]) => [
    name,
    spellOut(schema, (ref) => `#/components/schemas/${nameOf(ref)}`),
  ])
  // The library empties its output folder even in a dry run, unless told not to: it only ever gets one of its own.
  const output = await mkdtemp(join(tmpdir(), 'auth-contracts-'))
  try {
    const [context] = await createClient({
      input: { openapi, info, paths: {}, components: { schemas: Object.fromEntries(spelledOut) } },
      dryRun: true,
      output: { path: output, clean: false },
      logs: { level: 'silent', file: false },
      plugins: [
        {
          name: 'zod',
          comments: false,
          dates: { offset: true },
          definitions: { name: zodName('{{name}}'), case: 'preserve' },
          $resolvers: exactResolvers,
        },
      ],
    })
    const text = [...(context?.gen.render() ?? [])].map((file) => file.content).join('')
    const code = text.slice(text.indexOf('export const'))
    const used = Object.entries(helpers).filter(([name]) => new RegExp(`[( ]${name}[ ()]`).test(code))
    // zod-openapi gives schemas the method that routes.ts needs, but only those made after it was loaded.
    const imports = "import { z } from '@hono/zod-openapi'"
    return [`${headerOf(variant)}\n${imports}`, ...used.map(([, helper]) => helper), code].join('\n\n')
  } finally {
    await rm(output, { recursive: true, force: true })
  }
}
