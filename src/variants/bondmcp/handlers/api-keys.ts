import type { routes } from '../../../../generated/bondmcp/routes.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../../core/api-keys.ts'
import { sessionAuthority } from '../../../core/authority.ts'
import { AuthError } from '../../../core/errors.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { apiKeyFormat, maxApiKeys, permissions, realm, toPlan } from '../rules.ts'
import { toApiKey, toCreatedApiKey, toDeletedApiKey } from '../serializers.ts'

export function apiKeyHandlers({
  core,
}: Services): Pick<Handlers<typeof routes, Caller>, 'listApiKeys' | 'createApiKey' | 'deleteApiKey'> {
  return {
    async listApiKeys({ caller }) {
      const apiKeys = await listApiKeys(core, { userId: caller.token.userId })
      return {
        status: 200,
        headers: noStore,
        body: { api_keys: apiKeys.map(toApiKey), total: apiKeys.length },
      }
    },

    async createApiKey({ body: { name, description, permissions: scopes }, caller, requestMeta }) {
      const { userId, user } = caller.token
      const { apiKey, key } = await createApiKey(core, {
        format: apiKeyFormat,
        knownScopes: permissions,
        realm,
        name: name.trim(),
        description: description ?? null,
        scopes: scopes ?? ['read'],
        userId,
        maxActive: maxApiKeys(toPlan(user.plan)),
        authority: sessionAuthority(caller.token),
        requestMeta,
      })
      return { status: 201, headers: noStore, body: toCreatedApiKey(apiKey, key) }
    },

    async deleteApiKey({ params: { key_id: id }, caller, requestMeta }) {
      const { userId } = caller.token
      const { apiKey, wasRevoked } = await revokeApiKey(core, {
        id,
        owner: { userId },
        realm,
        userId,
        authority: sessionAuthority(caller.token),
        requestMeta,
      })
      if (wasRevoked) throw new AuthError('apiKeyNotFound')
      return { status: 200, body: toDeletedApiKey(apiKey) }
    },
  }
}
