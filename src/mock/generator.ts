import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Document, Schema } from '../openapi/document.ts'
import { keysOf, valueAt } from '../openapi/pointer.ts'
import { sampleValue } from '../openapi/sample.ts'
import { schemaAt } from './body.ts'
import { inlineReferences } from './inline-references.ts'
import { InvalidContractError, readingContract } from './invalid-contract-error.ts'
import { createSchemaValidator, type SchemaValidator } from './schema-validator.ts'

/** A random value can break its schema by chance, so that there are several attempts. */
const attempts = 5

interface Generated {
  value: unknown
  /** Whether the value matches its schema. */
  isValid: boolean
}

/** Generates values for the schemas at JSON Pointers. */
export interface Generator {
  /** Returns the sample of a schema, in which only texts with a pattern are random. */
  sample: (pointer: string) => Promise<Generated>
  /** Returns a random value each time. */
  random: (pointer: string) => Promise<Generated>
}

/** Creates a generator for the responses of a document. Its functions throw an InvalidContractError. */
export function createGenerator(document: Document): Generator {
  let validator: SchemaValidator | undefined
  const validate: SchemaValidator = (pointer, value) => {
    validator ??= createSchemaValidator(document, { direction: 'response', coerce: false })
    return validator(pointer, value)
  }

  return {
    async random(pointer) {
      const schema = readingContract(pointer, () => inlineReferences(document, schemaAt(document, pointer)))
      let value = await generateRandom(schema, pointer)
      for (let attempt = 1; attempt < attempts && validate(pointer, value).length > 0; attempt++)
        value = await generateRandom(schema, pointer)
      return { value, isValid: validate(pointer, value).length === 0 }
    },

    async sample(pointer) {
      const schema = readingContract(pointer, () => schemaAt(document, pointer))
      const root = { value: readingContract(pointer, () => sampleValue(document, schema, 'writeOnly')) }
      for (const { keyword, instancePath, params } of validate(pointer, root.value))
        if (keyword === 'pattern') await replaceText(root, instancePath, params.pattern)
      return { value: root.value, isValid: validate(pointer, root.value).length === 0 }
    },
  }
}

async function generateRandom(schema: Schema, pointer: string): Promise<unknown> {
  // Loaded here, because it takes as long as everything else, and few responses need it.
  const { generate } = await import('./prism-http.ts')
  const result = generate({} as never, {}, schema as never)
  if (result._tag === 'Right') return result.right
  throw new InvalidContractError(result.left.message, pointer, { cause: result.left })
}

/** Replaces the text at a path with one that matches a pattern. */
async function replaceText(root: { value: unknown }, path: ErrorObject['instancePath'], pattern: string) {
  const text = await generateRandom({ type: 'string', pattern }, '').catch(() => undefined)
  if (text === undefined) return
  const pointer = `/value${path}`
  const parent = valueAt(root, pointer.slice(0, pointer.lastIndexOf('/'))) as Record<string, unknown>
  parent[keysOf(pointer).at(-1) as string] = text
}
