import type { routes } from '../../../generated/openfactory/routes.ts'
import type { Handlers } from '../../contract/handlers.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../core/api-keys.ts'
import { canonicalEmail } from '../../core/emails.ts'
import {
  createProject,
  inviteMember,
  requireProject,
  signUpWithOrganization,
} from '../../core/organizations.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../core/password-reset.ts'
import { signOut } from '../../core/sessions.ts'
import { signIn } from '../../core/sign-in.ts'
import {
  createWorkOrder,
  listWorkOrders,
  moveWorkOrder,
  submitFeedback,
  type WorkOrderStatus,
} from '../../core/work-orders.ts'
import type { Services } from '../variant.ts'
import type { Caller } from './authenticate.ts'
import { invalid } from './errors.ts'
import { oauthHandlers } from './oauth.ts'
import { apiKeyForm, realm, scopes } from './rules.ts'
import {
  toApiKey,
  toCreatedApiKey,
  toCreatedFeedback,
  toCurrentSession,
  toInvitation,
  toProject,
  toSession,
  toSignUpResult,
  toUser,
  toWorkOrder,
} from './wire.ts'

const noStore = { 'Cache-Control': 'no-store' }
const maxPage = 200
/** What a program may report about its work; planning is up to people. */
const statusesForKeys: readonly WorkOrderStatus[] = ['in_progress', 'in_review', 'done']

/** In the order of the contract. Whether a caller may call was decided by `authenticate`. */
export const handlers = (services: Services): Handlers<typeof routes, Caller> => {
  const { core, clientOf } = services
  return {
    async signUp({ body: { email, password, name, organizationName }, request }) {
      const { user, organization, grant } = await signUpWithOrganization(core, {
        realm,
        email,
        password,
        name,
        organizationName,
        client: clientOf(request),
      })
      if (!grant) throw new Error('The rules open no session at sign-up')
      return { status: 201, headers: noStore, body: toSignUpResult(user, organization, grant) }
    },

    async signIn({ body: { email, password }, request }) {
      const grant = await signIn(core, { realm, email, password, client: clientOf(request) })
      return {
        status: 200,
        headers: noStore,
        body: { user: toUser(grant.user), session: toSession(grant) },
      }
    },

    async signOut({ caller, request }) {
      await signOut(core, { signedIn: caller.session, client: clientOf(request) })
      return { status: 204 }
    },

    async getSession({ caller }) {
      return { status: 200, headers: noStore, body: toCurrentSession(caller.session) }
    },

    ...oauthHandlers(services),

    async requestPasswordReset({ body, request }) {
      // What is no address has no account, which is all that anybody could learn from the time this takes.
      const email = canonicalEmail(body.email)
      if (email !== undefined) await requestPasswordReset(core, { realm, email, client: clientOf(request) })
      return { status: 200, body: { message: 'If an account exists, a reset email has been sent.' } }
    },

    async confirmPasswordReset({ body: { token, newPassword }, request }) {
      await confirmPasswordReset(core, { realm, token, newPassword, client: clientOf(request) })
      return { status: 200, body: { message: 'Password reset successfully.' } }
    },

    async listApiKeys({ params: { orgId: organizationId } }) {
      const apiKeys = await listApiKeys(core, { organizationId })
      return { status: 200, body: { apiKeys: apiKeys.map(toApiKey) } }
    },

    async createApiKey({ params: { orgId: organizationId }, body, caller, request }) {
      const projectId = body.projectId ?? null
      if (projectId !== null) await requireProject(core, projectId, { organizationId })
      const { apiKey, key } = await createApiKey(core, {
        form: apiKeyForm,
        knownScopes: scopes,
        realm,
        name: body.name,
        scopes: body.scopes,
        userId: caller.session.userId,
        organizationId,
        projectId,
        expiresAt: body.expiresAt ? Date.parse(body.expiresAt) : null,
        client: clientOf(request),
      })
      return { status: 201, headers: noStore, body: toCreatedApiKey(apiKey, key) }
    },

    async deleteApiKey({ params: { orgId: organizationId, keyId }, caller, request }) {
      await revokeApiKey(core, {
        id: keyId,
        owner: { organizationId },
        realm,
        userId: caller.session.userId,
        client: clientOf(request),
      })
      return { status: 204 }
    },

    async listWorkOrders({ params: { projectId }, query: { status, limit, cursor } }) {
      const page = await listWorkOrders(core, projectId, {
        // The pattern of the parameter leaves nothing but statuses.
        ...(status !== undefined && { statuses: status.split(',') as WorkOrderStatus[] }),
        limit: Math.min(limit, maxPage),
        ...(cursor !== undefined && { cursor }),
      })
      return {
        status: 200,
        body: {
          workOrders: page.workOrders.map(toWorkOrder),
          nextCursor: page.nextCursor,
          totalCount: page.totalCount,
        },
      }
    },

    async createWorkOrder({ params: { projectId }, body: { title, status, deliverableType } }) {
      const workOrder = await createWorkOrder(core, {
        projectId,
        title,
        status: status ?? 'backlog',
        deliverableType: deliverableType ?? null,
      })
      return { status: 201, body: toWorkOrder(workOrder) }
    },

    async updateWorkOrder({ params: { projectId, workOrderId }, body: { status }, caller }) {
      if ('apiKey' in caller && !statusesForKeys.includes(status))
        return invalid({ path: 'status', message: 'Must be in_progress, in_review or done' })
      const workOrder = await moveWorkOrder(core, { projectId, id: workOrderId, status })
      return { status: 200, body: toWorkOrder(workOrder) }
    },

    async createFeedback({ params: { projectId }, body, caller }) {
      const feedback = await submitFeedback(core, { projectId, apiKeyId: caller.apiKey.id, data: body })
      return { status: 201, body: toCreatedFeedback(feedback) }
    },

    async createProject({ params: { orgId: organizationId }, body: { name, description } }) {
      const project = await createProject(core, {
        organizationId,
        name,
        description: description ?? null,
      })
      return { status: 201, body: toProject(project) }
    },

    async inviteMember({ params: { orgId: organizationId }, body: { email, role }, caller, request }) {
      const { user, membership } = await inviteMember(core, {
        organizationId,
        realm,
        email,
        role,
        invitedBy: caller.session.userId,
        client: clientOf(request),
      })
      return { status: 201, headers: noStore, body: toInvitation(user.email ?? '', membership) }
    },
  }
}
