import { Hono } from 'hono'
import { zSignInRequest } from '../generated/openfactory/schemas.ts'

const session = {
  user: {
    id: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
    email: 'ada@example.org',
    name: 'Ada',
    avatarUrl: null,
  },
  organizationId: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
  role: 'admin',
}

/**
 * A bare Hono app. It returns as much JSON as a session check, and validates a sign-in with openfactory's
 * schema.
 */
export const app = new Hono()
  .get('/', (c) => c.json(session))
  .post('/sign-in', async (c) => {
    const { success, error } = zSignInRequest.safeParse(await c.req.json())
    if (success) return c.json(session)
    const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    return c.json(
      { error: { code: 'VALIDATION_ERROR', message: 'Request validation failed', details: { issues } } },
      422,
    )
  })
