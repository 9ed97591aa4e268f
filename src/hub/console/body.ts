import type { Content, Document, Encoding, MediaType, Operation, Schema } from '../../openapi/document.ts'
import {
  chooseMediaType,
  concreteType,
  essenceOf,
  isForm,
  isJson,
  isMultipart,
} from '../../openapi/media-type.ts'
import { mergeSchemas } from '../../openapi/merge-schemas.ts'
import { isOpaque } from '../../openapi/read-content.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { propertiesOf, typesOf } from '../../openapi/schema-shape.ts'
import { plainText } from '../../search/plain-text.ts'

/** A body in one of the media types of an operation. */
export interface ConsoleBody {
  /** The media type to send. */
  mediaType: string
  /** How the body is edited: forms as a JSON object of their fields. */
  kind: 'json' | 'form' | 'multipart' | 'text' | 'file'
  /** How the fields of a form are written. */
  encoding?: Record<string, Encoding>
  /** The fields of a form that are files. */
  files?: ConsoleFile[]
}

export interface ConsoleFile {
  name: string
  isRequired: boolean
  isList: boolean
  /** The media types to choose from, as in the attribute `accept`. Empty for all. */
  accept: string
  description: string
}

/** A body with the declaration that it is made of. */
export interface DeclaredBody {
  body: ConsoleBody
  /** The content of the request with this media type only. */
  content: Content
}

/** Returns the body in each media type of an operation. The first one is the default. */
export function bodiesOf(document: Document, { requestBody }: Operation): DeclaredBody[] {
  const { content = {} } = requestBody ? resolveRef(document, requestBody) : {}
  const usual = chooseMediaType(Object.keys(content))
  const entries = Object.entries(content).sort(([a], [b]) => Number(b === usual) - Number(a === usual))
  const bodies = new Map<string, DeclaredBody>()
  for (const [declared, media] of entries) {
    const body = bodyOf(document, concreteType(declared), media)
    if (!bodies.has(body.mediaType)) bodies.set(body.mediaType, { body, content: { [declared]: media } })
  }
  return [...bodies.values()]
}

function bodyOf(document: Document, mediaType: string, { schema = {}, encoding }: MediaType): ConsoleBody {
  const kind = kindOf(document, mediaType, schema)
  const files = kind === 'multipart' ? filesOf(document, schema, encoding) : []
  return {
    mediaType,
    kind,
    ...(encoding && (kind === 'form' || kind === 'multipart') && { encoding }),
    ...(files.length > 0 && { files }),
  }
}

function kindOf(document: Document, mediaType: string, schema: Schema): ConsoleBody['kind'] {
  if (isJson(mediaType)) return 'json'
  if (isForm(mediaType)) return 'form'
  if (isMultipart(mediaType)) return 'multipart'
  const { format, type } = mergeSchemas(document, schema)
  if (format === 'binary' || essenceOf(mediaType) === 'application/octet-stream') return 'file'
  const isText = essenceOf(mediaType).startsWith('text/') || isOpaque(mediaType) || type !== undefined
  return isText ? 'text' : 'file'
}

function filesOf(document: Document, schema: Schema, encoding: Record<string, Encoding> = {}): ConsoleFile[] {
  const { required = [] } = mergeSchemas(document, schema)
  return Object.entries(propertiesOf(document, schema)).flatMap(([name, property]) => {
    const declared = mergeSchemas(document, property)
    const isList = typesOf(document, property).has('array')
    const item = isList ? mergeSchemas(document, declared.items ?? {}) : declared
    const { contentType } = encoding[name] ?? {}
    if (!isFile(item, contentType)) return []
    return {
      name,
      isRequired: required.includes(name),
      isList,
      accept: contentType ?? item.contentMediaType ?? '',
      description: plainText(declared.description ?? ''),
    }
  })
}

/** Tells whether a field of a multipart form is a file (OpenAPI 3.1, §4.8.14.4, and 3.0 with its formats). */
function isFile(
  { type, format, contentMediaType, ...schema }: Schema,
  contentType = contentMediaType,
): boolean {
  if (type === 'object' || schema.properties) return false
  if (format === 'binary') return true
  if (contentType !== undefined) return !/^text\/|[/+](?:json|xml)\b/.test(contentType)
  return Object.keys(schema).every((key) => key === 'description' || key === 'title') && type === undefined
}
