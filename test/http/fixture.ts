import { createRoute, z } from '@hono/zod-openapi'
import type { ErrorResponses } from '../../src/http/http-error.ts'

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } })
const Note = z.object({ id: z.string(), text: z.string().min(1), pinned: z.boolean().optional() })
const Problem = z.object({ problem: z.string() })

// Parameters are strings. Their schemas convert them, like the generated ones.
const toNumber = (text: unknown) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text)
const toList = (text: unknown) => (typeof text === 'string' ? [text] : text)

/** A small contract that covers the features of the HTTP layer. */
export const routes = {
  createNote: createRoute({
    operationId: 'createNote',
    method: 'post',
    path: '/notes',
    security: [{ key: [], person: [] }, { admin: [] }],
    request: {
      body: {
        required: true,
        content: json(
          z.object({
            text: z.string().min(2),
            author: z.email().optional(),
            lines: z.array(z.object({ size: z.int() })).optional(),
            label: z.string().min(1).nullable().optional(),
            target: z
              .union([
                z.object({ mail: z.string(), subject: z.string() }),
                z.object({ user: z.string(), room: z.string().min(1) }),
              ])
              .optional(),
          }),
        ),
      },
    },
    responses: {
      201: { description: 'Created.', content: json(Note) },
      400: { description: 'Rejected.', content: json(Problem) },
    },
  }),
  listNotes: createRoute({
    operationId: 'listNotes',
    method: 'get',
    path: '/notes',
    request: {
      query: z.object({
        limit: z.preprocess(toNumber, z.int().min(1)).default(50),
        tag: z.preprocess(toList, z.array(z.string())).optional(),
        text: z.string().optional(),
      }),
      headers: z.object({ 'X-Request-ID': z.string().optional() }),
      cookies: z.object({ session: z.string().optional() }),
    },
    responses: { 200: { description: 'Found.', content: json(z.object({ notes: z.array(Note) })) } },
  }),
  getNote: createRoute({
    operationId: 'getNote',
    method: 'get',
    path: '/notes/{noteId}',
    request: { params: z.object({ noteId: z.string().max(8) }) },
    responses: { 200: { description: 'Found.', content: json(Note) } },
  }),
  deleteNote: createRoute({
    operationId: 'deleteNote',
    method: 'delete',
    path: '/notes/{noteId}',
    request: { params: z.object({ noteId: z.string() }) },
    responses: { 204: { description: 'Deleted.' } },
  }),
  // Declared after the template that also matches its path.
  getNewest: createRoute({
    operationId: 'getNewest',
    method: 'get',
    path: '/notes/newest',
    responses: { 200: { description: 'Found.', content: json(Note) } },
  }),
  useLink: createRoute({
    operationId: 'useLink',
    method: 'get',
    path: '/links/{link}',
    'x-safe': false,
    responses: { 204: { description: 'Used.' } },
  }),
  share: createRoute({
    operationId: 'share',
    method: 'post',
    path: '/share',
    request: { body: { required: false, content: json(z.object({ with: z.string() })) } },
    responses: {
      200: { description: 'Shared.', content: json(z.object({ with: z.string().nullable() })) },
      302: { description: 'Go there.', headers: z.object({ Location: z.string() }) },
    },
  }),
}

const errorReply = (status: number, problem: string) => ({ status, body: { problem } })

export const errorResponses: ErrorResponses<{ problem: string }> = {
  badRequest: ({ status, message }) => errorReply(status, message),
  notFound: () => errorReply(404, 'notFound'),
  methodNotAllowed: () => errorReply(405, 'methodNotAllowed'),
  malformedJson: () => errorReply(400, 'malformedJson'),
  unsupportedMediaType: () => errorReply(415, 'unsupportedMediaType'),
  unsupportedContentEncoding: () => errorReply(415, 'unsupportedContentEncoding'),
  tooLarge: () => errorReply(413, 'tooLarge'),
  invalid: ({ operationId, violations }) =>
    errorReply(
      422,
      violations.map((v) => `${operationId} ${v.in} ${v.path} (${v.rule}) ${v.message}`).join('\n'),
    ),
  missingCredentials: () => errorReply(401, 'missingCredentials'),
  rateLimited: () => errorReply(429, 'rateLimited'),
  internalError: () => errorReply(500, 'internalError'),
  notImplemented: ({ operationId }) => errorReply(501, `notImplemented ${operationId}`),
  unavailable: () => errorReply(503, 'unavailable'),
}
