import { basePathOf } from '../openapi/base-path.ts'
import type { Document, Operation, Schema } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { type Entry, type Language, operationLink, referenceLink } from './entry.ts'
import { errorEntries } from './error-entries.ts'
import { plainText } from './plain-text.ts'

/** The texts of a contract in one language. */
interface Source {
  variant: string
  language: Language
  document: Document
}

/** Returns what a contract says: one entry for each operation, schema and error. */
export function contractEntries(variant: string, document: Document): Entry[] {
  return [...describedEntries({ variant, language: 'en', document }), ...errorEntries(variant, document)]
}

/** Returns the entries that a contract describes in words: its operations and schemas. */
export function describedEntries(source: Source): Entry[] {
  const { document } = source
  const endpoints = endpointsOf(document)
  const usersOf = schemaUsers(document, endpoints)
  return [
    ...endpoints.map((endpoint) => operationEntry(source, endpoint)),
    ...Object.entries(document.components?.schemas ?? {}).map(([name, schema]) =>
      schemaEntry(source, name, schema, usersOf(name)),
    ),
  ]
}

function operationEntry({ variant, language, document }: Source, endpoint: Endpoint): Entry {
  const { method, path, operation } = endpoint
  const { operationId = '', description = '' } = operation
  // Redoc calls an operation without a summary by its id, too.
  const title = operation.summary || operationId
  const parameters = endpoint.parameters.map((node) => resolveRef(document, node))
  const body = operation.requestBody && resolveRef(document, operation.requestBody)
  const fields = Object.values(body?.content ?? {}).flatMap(({ schema }) => fieldNames(document, schema))
  return {
    kind: 'operation',
    variant,
    language,
    title,
    section: `${method.toUpperCase()} ${path}`,
    description: operationId,
    text: plainText(
      [description, ...parameters.map(labelled)]
        .concat(fields.length > 0 ? `Fields: ${fields.join(', ')}.` : [])
        .join('\n\n'),
    ),
    operations: [operationId],
    names: [...new Set([operationId, path, basePathOf(document) + path])],
    link: operationLink(variant, language, operation),
  }
}

function schemaEntry({ variant, language }: Source, name: string, schema: Schema, users: Operation[]): Entry {
  const [first] = users
  const fields = Object.entries(schema.properties ?? {}).map(([name, { description }]) =>
    labelled({ name, description }),
  )
  return {
    kind: 'schema',
    variant,
    language,
    title: name,
    section: '',
    description: '',
    text: plainText([schema.description ?? '', ...fields].join('\n\n')),
    operations: users.map(({ operationId = '' }) => operationId),
    names: [name],
    link: first ? operationLink(variant, language, first) : referenceLink(variant, language),
  }
}

const labelled = ({ name, description }: { name: string; description?: string | undefined }): string =>
  description ? `${name}: ${description}` : name

/** Returns a function that finds the operations that mention a schema, directly or in a shared component. */
function schemaUsers(document: Document, endpoints: Endpoint[]): (name: string) => Operation[] {
  const users = new Map<string, Operation[]>()
  for (const { operation } of endpoints) {
    const { requestBody, responses = {} } = operation
    const parts = [...(requestBody ? [requestBody] : []), ...Object.values(responses)]
    const text = JSON.stringify(parts.map((node) => resolveRef<object>(document, node)))
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"/]+)"/g)].map(([, name = '']) => name)
    for (const name of new Set(names)) users.set(name, [...(users.get(name) ?? []), operation])
  }
  return (name) => users.get(name) ?? []
}

function fieldNames(document: Document, schema: Schema | undefined): string[] {
  return schema ? Object.keys(resolveRef(document, schema).properties ?? {}) : []
}
