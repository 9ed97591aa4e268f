import type { Content, Document, Encoding, MediaType, Operation } from '../../openapi/document.ts'
import { bodyFile, fileFields } from '../../openapi/files.ts'
import { chooseMediaType, concreteType, isForm, isJson, isMultipart } from '../../openapi/media-type.ts'
import { mergeSchemas } from '../../openapi/merge-schemas.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { propertiesOf, typesOf } from '../../openapi/schema-shape.ts'
import { plainText } from '../../search/plain-text.ts'

/** A body in one of the media types of an operation. */
export interface ConsoleBody {
  /** The media type to send. */
  mediaType: string
  /** How the body is edited: forms as a JSON object of their fields. */
  kind: 'json' | 'form' | 'multipart' | 'text' | 'file'
  /** The media type of a file, or a range such as `image/*`, as in the attribute `accept`. */
  accept?: string
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
    const body = bodyOf(document, declared, media)
    if (!bodies.has(body.mediaType)) bodies.set(body.mediaType, { body, content: { [declared]: media } })
  }
  return [...bodies.values()]
}

function bodyOf(document: Document, declared: string, media: MediaType): ConsoleBody {
  const mediaType = concreteType(declared)
  const kind = kindOf(document, mediaType, media)
  const { encoding } = media
  const files = filesOf(document, mediaType, media)
  return {
    mediaType,
    kind,
    ...(kind === 'file' && mediaType !== 'application/octet-stream' && { accept: declared }),
    ...(encoding && (kind === 'form' || kind === 'multipart') && { encoding }),
    ...(files.length > 0 && { files }),
  }
}

function kindOf(document: Document, mediaType: string, media: MediaType): ConsoleBody['kind'] {
  if (isJson(mediaType)) return 'json'
  if (isForm(mediaType)) return 'form'
  if (isMultipart(mediaType)) return 'multipart'
  return bodyFile(document, mediaType, media) ? 'file' : 'text'
}

function filesOf(document: Document, mediaType: string, media: MediaType): ConsoleFile[] {
  const { schema = {}, encoding = {} } = media
  const properties = propertiesOf(document, schema)
  return [...fileFields(document, mediaType, media)].map(([name, { type = '', isRequired }]) => {
    const property = properties[name] ?? {}
    return {
      name,
      isRequired,
      isList: typesOf(document, property).has('array'),
      accept: encoding[name]?.contentType ?? type,
      description: plainText(mergeSchemas(document, property).description ?? ''),
    }
  })
}
