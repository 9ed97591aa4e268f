import { createRoute, z } from '@hono/zod-openapi'

const OAuthError = z.object({ error: z.string(), error_description: z.string().optional() })

export const schemas = { OAuthError }

export const securitySchemes = { bearer: { type: 'http', scheme: 'bearer' } } as const

const oauthError = { description: 'Error', content: { 'application/json': { schema: OAuthError } } }

/** The routes of a small API, as the generator writes them, with forms, files and ranges of statuses. */
export const routes = {
  issueToken: createRoute({
    method: 'post',
    path: '/token',
    operationId: 'issueToken',
    security: [],
    request: {
      body: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({
              grant_type: z.enum(['password', 'refresh_token']),
              username: z.string().optional(),
              lifetime: z.number().min(60).optional(),
              remember: z.boolean().optional(),
              scope: z.array(z.string()).optional(),
              otp: z.union([z.string(), z.number()]).optional(),
            }),
          },
          'application/json': { schema: z.object({ assertion: z.string() }) },
        },
      },
    },
    responses: {
      200: {
        description: 'Tokens',
        content: { 'application/json': { schema: z.object({ access_token: z.string() }) } },
      },
      '4XX': oauthError,
      default: oauthError,
    },
  }),
  uploadAvatar: createRoute({
    method: 'put',
    path: '/avatar',
    operationId: 'uploadAvatar',
    security: [],
    request: {
      body: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: z.object({
              file: z.string().or(z.instanceof(Blob)),
              crop: z.object({ width: z.number() }).optional(),
            }),
          },
          'image/*': { schema: z.instanceof(Blob) },
        },
      },
    },
    responses: { 204: { description: 'Stored' }, default: oauthError },
  }),
  readTerms: createRoute({
    method: 'get',
    path: '/terms',
    operationId: 'readTerms',
    security: [],
    responses: { 200: { description: 'Terms', content: { 'text/html': { schema: z.string() } } } },
  }),
}
