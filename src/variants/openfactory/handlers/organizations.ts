import type { routes } from '../../../../generated/openfactory/routes.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../../core/api-keys.ts'
import { acceptInvitation, inviteMember } from '../../../core/invitations.ts'
import { createProject, requireProject } from '../../../core/organizations.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import { authorityOf, type Caller } from '../authenticate.ts'
import { apiKeyFormat, realm, scopes } from '../rules.ts'
import { toAcceptedInvitation, toApiKey, toCreatedApiKey, toInvitation, toProject } from '../serializers.ts'

type Operations =
  | 'listApiKeys'
  | 'createApiKey'
  | 'deleteApiKey'
  | 'createProject'
  | 'inviteMember'
  | 'acceptInvitation'

/** The operations about API keys, projects and members of an organization. */
export function organizationHandlers({ core }: Services): Pick<Handlers<typeof routes, Caller>, Operations> {
  return {
    async listApiKeys({ params: { orgId: organizationId } }) {
      const apiKeys = await listApiKeys(core, { organizationId })
      return { status: 200, body: { apiKeys: apiKeys.map(toApiKey) } }
    },

    async createApiKey({ params: { orgId: organizationId }, body, caller, requestMeta }) {
      const projectId = body.projectId ?? null
      if (projectId !== null) await requireProject(core, projectId, { organizationId })
      const { apiKey, key } = await createApiKey(core, {
        format: apiKeyFormat,
        knownScopes: scopes,
        realm,
        name: body.name,
        scopes: body.scopes,
        userId: caller.session.userId,
        organizationId,
        projectId,
        expiresAt: body.expiresAt ? Date.parse(body.expiresAt) : null,
        authority: authorityOf(caller, { organizationId }),
        requestMeta,
      })
      return { status: 201, headers: noStore, body: toCreatedApiKey(apiKey, key) }
    },

    async deleteApiKey({ params: { orgId: organizationId, keyId }, caller, requestMeta }) {
      await revokeApiKey(core, {
        id: keyId,
        owner: { organizationId },
        realm,
        userId: caller.session.userId,
        authority: authorityOf(caller, { organizationId, role: 'admin' }),
        requestMeta,
      })
      return { status: 204 }
    },

    async createProject({ params: { orgId: organizationId }, body: { name, description }, caller }) {
      const project = await createProject(core, {
        organizationId,
        name,
        description: description ?? null,
        authority: authorityOf(caller, { organizationId }),
      })
      return { status: 201, body: toProject(project) }
    },

    async inviteMember({ params: { orgId: organizationId }, body: { email, role }, caller, requestMeta }) {
      const invitation = await inviteMember(core, {
        organizationId,
        realm,
        email,
        role,
        invitedBy: caller.session.userId,
        authority: authorityOf(caller, { organizationId, role: 'admin' }),
        requestMeta,
      })
      return { status: 201, headers: noStore, body: toInvitation(invitation) }
    },

    async acceptInvitation({ body: { token }, caller: { session }, requestMeta }) {
      const accepted = await acceptInvitation(core, { session, token, requestMeta })
      return { status: 200, headers: noStore, body: toAcceptedInvitation(accepted) }
    },
  }
}
