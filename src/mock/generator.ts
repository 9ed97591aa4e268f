import type { Document, Schema } from '../openapi/document.ts'
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
  /** Returns the sample of a schema. */
  sample: (pointer: string) => Generated
  /** Returns a random value each time. */
  random: (pointer: string) => Promise<Generated>
}

/** Creates a generator for the responses of a document. Its functions throw an InvalidContractError. */
export function createGenerator(document: Document): Generator {
  let validator: SchemaValidator | undefined
  const validate: SchemaValidator = (pointer, value) => {
    validator ??= createSchemaValidator(document, { side: 'response', coerce: false })
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

    sample(pointer) {
      const isValid = (value: unknown) => validate(pointer, value).length === 0
      const value = readingContract(pointer, () =>
        sampleValue(document, schemaAt(document, pointer), { side: 'response', isValid }),
      )
      return { value, isValid: isValid(value) }
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
