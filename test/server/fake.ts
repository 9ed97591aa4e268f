import { routes, schemas, securitySchemes } from '../../generated/bkend/routes.ts'
import { newUser } from '../../src/core/accounts.ts'
import type { AuthError } from '../../src/core/errors.ts'
import { consume } from '../../src/core/limits.ts'
import { requestPasswordReset } from '../../src/core/password-reset.ts'
import type { RequestMeta } from '../../src/core/ports.ts'
import { defaultRules } from '../../src/core/rules.ts'
import { authenticate, type IssuedTokens } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { signUp } from '../../src/core/sign-up.ts'
import { insert, StoreUnavailableError } from '../../src/core/store.ts'
import type { Reply } from '../../src/http/handlers.ts'
import { errorResponses } from '../../src/variants/bkend/errors.ts'
import { toUser } from '../../src/variants/bkend/serializers.ts'
import type { SandboxData } from '../../src/variants/sandbox-data.ts'
import type { Behaviour, ServedVariant, Services } from '../../src/variants/variant.ts'

/** The only seeded user. */
export const mina = {
  id: '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10',
  email: 'user@example.com',
  password: 'password123',
}
export const key = { 'x-api-key': `pk_${'0'.repeat(64)}` }
/** A sign-up with this name fails with an unexpected error. */
export const brokenName = 'Broken'
/** A sign-up with this name fails because the store is unavailable. */
export const storeDownName = 'Away'

const tokens = ({ accessToken, refreshToken, expiresInSeconds }: IssuedTokens): Reply['body'] => ({
  accessToken,
  refreshToken,
  tokenType: 'Bearer',
  expiresIn: expiresInSeconds,
})

/** A small variant on the contract of bkend, for tests of the server around it. */
export const fakeVariant = {
  routes,
  components: { schemas, securitySchemes },
  errorResponses,
  lenientBodies: [],
  providers: ['google', 'github'],
  flags: { publicProfiles: true, fileStorage: true },
  hasUploads: true,
  administration: {
    roles: ['user', 'admin'],
    rolesBelongTo: 'user',
    plans: [],
    verificationIsOptional: true,
  },
  exampleUserIds: [mina.id],
  rules: ({ webUrl }) => ({
    ...defaultRules,
    mail: {
      ...defaultRules.mail,
      links: { ...defaultRules.mail.links, resetPassword: ({ token }) => `${webUrl}/reset?token=${token}` },
    },
    limits: { ...defaultRules.limits, signUp: { max: 3, windowSeconds: 3600 } },
  }),
  replyToSignIn: (issued) => ({ status: 200, body: tokens(issued) }),
  behaviour: ({ core, files }: Services): Behaviour => {
    const handlers = {
      async signUp({
        body,
        requestMeta,
      }: {
        body: { email: string; password: string; name: string }
        requestMeta: RequestMeta
      }) {
        if (body.name === brokenName) throw new Error('the handler failed')
        if (body.name === storeDownName) throw new StoreUnavailableError('the database is unavailable')
        await consume(core, 'signUp', requestMeta.ip ?? '')
        const { issued } = await signUp(core, { realm: '', requestMeta, ...body })
        return { status: 201, headers: { 'Cache-Control': 'no-store' }, body: issued && tokens(issued) }
      },
      async signIn({
        body,
        requestMeta,
      }: {
        body: { email: string; password: string }
        requestMeta: RequestMeta
      }) {
        return {
          status: 200,
          body: tokens(await signIn(core, { realm: '', requestMeta, ...body })),
        }
      },
      async getCurrentUser({
        caller: { bearer },
      }: {
        caller: { bearer: Awaited<ReturnType<typeof authenticate>> }
      }) {
        return { status: 200, body: toUser(bearer.user) }
      },
      async requestPasswordReset({
        body,
        requestMeta,
      }: {
        body: { email: string }
        requestMeta: RequestMeta
      }) {
        await requestPasswordReset(core, { realm: '', email: body.email, requestMeta })
        return { status: 200, body: { message: 'Sent' } }
      },
      async createAvatarUploadUrl() {
        const key = `avatars/${mina.id}/one.png`
        const expiresAt = core.now() + 60_000
        const url = await files.uploadUrl({ key, contentType: 'image/png', maxBytes: 1000, expiresAt })
        return { status: 200, body: { url, key, expiresAt: new Date(expiresAt).toISOString() } }
      },
    }
    return {
      handlers: handlers as unknown as Behaviour['handlers'],
      authentication: {
        async authenticate({ request }) {
          const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
          return (token ? { bearer: await authenticate(core, { token }) } : {}) as never
        },
      },
      replyToError: (error: AuthError) => ({
        status: error.code === 'rateLimited' ? 429 : 401,
        ...(error.code === 'rateLimited' && { headers: { 'Retry-After': 1 } }),
        body: { success: false, error: { code: 'auth/unauthorized', message: error.code } },
      }),
    }
  },
} satisfies ServedVariant

/** The initial data of its sandbox. */
export const fakeData: SandboxData = {
  origins: ['https://app.example.com'],
  accounts: [{ subject: '100000000001', name: 'Leo Martin', email: 'leo@example.com', emailVerified: true }],
  seed: async (core) => ({
    changes: [
      insert(
        'users',
        newUser(core, {
          id: mina.id,
          email: mina.email,
          realm: '',
          name: 'Mina Park',
          passwordHash: await core.hasher.hash(mina.password),
        }),
      ),
    ],
    users: [
      {
        ...mina,
        name: 'Mina Park',
        role: 'user',
        plan: null,
        status: 'active',
        emailVerified: false,
        totpSecret: null,
        note: 'ordinary',
      },
    ],
    apiKeys: [],
    tokens: [],
  }),
}

/** Settings of a sandbox that replace the registered variant by the fake one. */
export const fakeApi = { variant: fakeVariant, examples: fakeData }
