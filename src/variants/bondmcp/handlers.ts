import type { routes } from '../../../generated/bondmcp/routes.ts'
import type { Handlers } from '../../contract/handlers.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../core/api-keys.ts'
import { canonicalEmail } from '../../core/emails.ts'
import { AuthError, isRefusal } from '../../core/errors.ts'
import { signIn } from '../../core/sign-in.ts'
import { signUp } from '../../core/sign-up.ts'
import type { User } from '../../core/tables.ts'
import { confirmVerification, sendVerification } from '../../core/verification.ts'
import type { Services } from '../variant.ts'
import type { Caller } from './authenticate.ts'
import { planTooSmall } from './errors.ts'
import { models } from './models.ts'
import { apiKeyForm, largerPlans, maxApiKeys, permissions, realm, toPlan } from './rules.ts'
import { toApiKey, toCreatedApiKey, toDeletedApiKey, toRegistration, toToken } from './wire.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** In the order of the contract. Whether a caller may call was decided by `authenticate`. */
export const handlers = ({ core, switches, clientOf }: Services): Handlers<typeof routes, Caller> => {
  const hasModels = (plan: string) => switches.planEntitlements?.[plan]?.includes('models') ?? false

  return {
    async signUp({ body: { email, password, name = '' }, request }) {
      const { user } = await signUp(core, {
        realm,
        email,
        password,
        name,
        client: clientOf(request),
        with: { plan: 'free' },
      })
      return { status: 200, headers: noStore, body: toRegistration(user) }
    },

    async verifyEmail({ query: { token }, request }) {
      await confirmVerification(core, { realm, token, client: clientOf(request) })
      return {
        status: 200,
        headers: { ...noStore, 'Referrer-Policy': 'no-referrer' },
        body: { success: true, message: 'Email verified successfully' },
      }
    },

    async signIn({ body: { email, password }, request }) {
      const client = clientOf(request)
      try {
        const grant = await signIn(core, { realm, email, password, client })
        return { status: 200, headers: noStore, body: toToken(grant) }
      } catch (error) {
        // The only way to another link, and open to nobody but who knows the password.
        if (isRefusal(error, 'emailNotVerified'))
          await sendVerification(core, { realm, email: canonicalEmail(email) ?? '', client })
        throw error
      }
    },

    async listModels({ caller, request }) {
      const { plan }: User = 'token' in caller ? caller.token : caller.apiKey
      if (!hasModels(toPlan(plan))) return planTooSmall(request, largerPlans.find(hasModels))
      return { status: 200, body: { models, total: models.length } }
    },

    async listApiKeys({ caller }) {
      const apiKeys = await listApiKeys(core, { userId: caller.token.id })
      return {
        status: 200,
        headers: noStore,
        body: { api_keys: apiKeys.map(toApiKey), total: apiKeys.length },
      }
    },

    async createApiKey({ body: { name, description, permissions: scopes }, caller, request }) {
      const { id: userId, plan } = caller.token
      const { apiKey, key } = await createApiKey(core, {
        form: apiKeyForm,
        knownScopes: permissions,
        realm,
        name: name.trim(),
        description: description ?? null,
        scopes: scopes ?? ['read'],
        userId,
        maxActive: maxApiKeys(toPlan(plan)),
        client: clientOf(request),
      })
      return { status: 201, headers: noStore, body: toCreatedApiKey(apiKey, key) }
    },

    async deleteApiKey({ params: { key_id: id }, caller, request }) {
      const userId = caller.token.id
      const { apiKey, wasRevoked } = await revokeApiKey(core, {
        id,
        owner: { userId },
        realm,
        userId,
        client: clientOf(request),
      })
      if (wasRevoked) throw new AuthError('apiKeyNotFound')
      return { status: 200, body: toDeletedApiKey(apiKey) }
    },
  }
}
