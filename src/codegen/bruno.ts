import {
  accessTo,
  type Collection,
  type CollectionAuth,
  type CollectionBody,
  type CollectionRequest,
  foldersOf,
  toSearch,
} from './collection.ts'
import type { Capture } from './collection-tokens.ts'

/** Renders a collection in the format that Bruno imports and exports as one JSON file. */
export function renderBruno({ name, description, variables, requests }: Collection): object {
  return {
    name,
    version: '1',
    items: foldersOf(requests).flatMap(({ name: folder, requests }) =>
      folder === undefined ? requests.map(item) : { type: 'folder', name: folder, items: requests.map(item) },
    ),
    activeEnvironmentUid: null,
    environments: [],
    root: {
      docs: description,
      request: { vars: { req: variables.map((variable) => ({ ...variable, enabled: true, local: false })) } },
    },
    brunoConfig: { version: '1', name, type: 'collection', ignore: ['node_modules', '.git'] },
  }
}

function item(request: CollectionRequest, index: number): object {
  const { title, description, method, path, pathParameters, query, headers, auth, body } = request
  const { status, captures, optionalQuery } = request
  const search = toSearch(query)
  return {
    type: 'http',
    name: title,
    seq: index + 1,
    settings: { encodeUrl: true, followRedirects: status < 300 },
    request: {
      url: `{{baseUrl}}${path.replaceAll(/\{(.+?)\}/g, ':$1')}${search && `?${search}`}`,
      method,
      headers: toFields(headers),
      params: [
        ...query.map((field) => ({ ...toField(field), type: 'query' })),
        ...optionalQuery.map((field) => ({ ...field, type: 'query', enabled: false })),
        ...toFields(pathParameters).map((field) => ({ ...field, type: 'path' })),
      ],
      body: body ? bodyOf(body) : { mode: 'none' },
      auth: auth ? authOf(auth) : { mode: 'none' },
      script: captures.length > 0 ? { res: captureScript(status, captures) } : {},
      tests: `test('responds with ${status}', () => expect(res.getStatus()).to.equal(${status}))`,
      docs: description,
    },
  }
}

const authOf = ({ kind, ...values }: CollectionAuth) => ({ mode: kind, [kind]: values })

function bodyOf(body: CollectionBody): object {
  switch (body.kind) {
    case 'form':
      return { mode: 'formUrlEncoded', formUrlEncoded: body.fields.map(toField) }
    case 'multipart':
      return {
        mode: 'multipartForm',
        multipartForm: body.parts.map(({ name, text, file, type = file?.type }) => ({
          ...(file ? { type: 'file', name, value: [file.name] } : { type: 'text', name, value: text }),
          ...(type && { contentType: type }),
          enabled: true,
        })),
      }
    case 'file': {
      const { name, type = 'application/octet-stream' } = body.file
      return { mode: 'file', file: [{ filePath: name, contentType: type, selected: true }] }
    }
    default:
      return { mode: body.kind, [body.kind]: body.text }
  }
}

/** Returns a script that stores tokens. Its variables take precedence over those of the collection. */
function captureScript(status: number, captures: Capture[]): string {
  const lines = captures.map(
    ({ variable, path }) => `  bru.setVar(${JSON.stringify(variable)}, ${accessTo('res.getBody()', path)})`,
  )
  return [`if (res.getStatus() === ${status}) {`, ...lines, '}'].join('\n')
}

const toFields = (values: Record<string, string>) => Object.entries(values).map(toField)

const toField = ([name, value]: [string, string]) => ({ name, value, enabled: true })
