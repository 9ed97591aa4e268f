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
import type { SavedResponse } from './saved-responses.ts'

/** Renders a collection in the format of Postman, version 2.1. */
export function renderPostman({ name, description, variables, requests }: Collection): object {
  return {
    info: {
      name,
      description,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: foldersOf(requests).flatMap(({ name, requests }) =>
      name === undefined ? requests.map(item) : { name, item: requests.map(item) },
    ),
    variable: variables.map(({ name, value }) => ({ key: name, value, type: 'string' })),
  }
}

function item(request: CollectionRequest): object {
  const { title, description, method, headers, auth, body, status, captures, responses } = request
  const sent = {
    method,
    ...(auth && { auth: authOf(auth) }),
    header: toPairs(headers),
    ...(body && { body: bodyOf(body) }),
    url: url(request),
  }
  return {
    name: title,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testScript(status, captures) } }],
    request: { ...sent, description },
    response: responses.map((response) => savedResponse(response, sent)),
    // A redirect is the response to look at. Its target may be a page of a provider.
    ...(status >= 300 && { protocolProfileBehavior: { followRedirects: false } }),
  }
}

function savedResponse(
  { name, status, reason, headers, body }: SavedResponse,
  originalRequest: object,
): object {
  return {
    name,
    originalRequest,
    status: reason,
    code: status,
    _postman_previewlanguage: body?.language ?? 'text',
    header: toPairs(headers),
    cookie: [],
    body: body?.text ?? '',
  }
}

function authOf({ kind, ...values }: CollectionAuth): object {
  return { type: kind, [kind]: toPairs(values).map((pair) => ({ ...pair, type: 'string' })) }
}

function bodyOf(body: CollectionBody): object {
  switch (body.kind) {
    case 'form':
      return { mode: 'urlencoded', urlencoded: body.fields.map(toPair) }
    case 'multipart':
      return {
        mode: 'formdata',
        formdata: body.parts.map(({ name, text, file, type = file?.type }) => ({
          key: name,
          ...(file ? { type: 'file', src: file.name } : { type: 'text', value: text }),
          ...(type && { contentType: type }),
        })),
      }
    case 'file':
      return { mode: 'file', file: { src: body.file.name } }
    default:
      return { mode: 'raw', raw: body.text, options: { raw: { language: body.kind } } }
  }
}

function url({ path, pathParameters, query, optionalQuery }: CollectionRequest): object {
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => segment.replace(/^\{(.+)\}$/, ':$1'))
  const search = toSearch(query)
  const offered = optionalQuery.map(({ name, value, description }) => ({
    key: name,
    value,
    description,
    disabled: true,
  }))
  const parameters = [...query.map(toPair), ...offered]
  return {
    raw: `{{baseUrl}}/${segments.join('/')}${search && `?${search}`}`,
    host: ['{{baseUrl}}'],
    path: segments,
    ...(parameters.length > 0 && { query: parameters }),
    ...(Object.keys(pathParameters).length > 0 && { variable: toPairs(pathParameters) }),
  }
}

/** Returns the lines of a script that checks the status and stores tokens. */
function testScript(status: number, captures: Capture[]): string[] {
  const check = `pm.test('responds with ${status}', () => pm.response.to.have.status(${status}))`
  if (captures.length === 0) return [check]
  return [
    check,
    `if (pm.response.code === ${status}) {`,
    '  const body = pm.response.json()',
    ...captures.map(
      ({ variable, path }) =>
        `  pm.collectionVariables.set(${JSON.stringify(variable)}, ${accessTo('body', path)})`,
    ),
    '}',
  ]
}

const toPairs = (values: Record<string, string>) => Object.entries(values).map(toPair)

const toPair = ([key, value]: [string, string]) => ({ key, value })
