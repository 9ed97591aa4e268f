import type * as wire from '../../../generated/openfactory/types.ts'
import type { Invitation } from '../../core/invitations.ts'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { ApiKey, Membership, Organization, Project, User } from '../../core/tables.ts'
import type { MemberSession } from './authenticate.ts'
import type { Feedback, WorkOrder } from './tables.ts'

const toTimestamp = (instant: number): string => new Date(instant).toISOString()
function toOptionalTimestamp(instant: number | null): string | null {
  return instant === null ? null : toTimestamp(instant)
}

const toRole = (role: string): wire.Role => (role === 'admin' ? 'admin' : 'member')

export function toUser({ id, email, name, picture }: User): wire.User {
  return {
    id,
    email: email ?? '',
    name,
    avatarUrl: picture,
  }
}

export function toSession({ accessToken, expiresAt }: IssuedTokens): wire.Session {
  return {
    token: accessToken,
    expiresAt: toTimestamp(expiresAt),
  }
}

export function toSignUpResult(
  { id, email, name }: User,
  organization: Organization,
  issued: IssuedTokens,
): wire.SignUpResult {
  return {
    user: { id, email: email ?? '', name },
    organization: { id: organization.id, name: organization.name, slug: organization.slug },
    session: toSession(issued),
  }
}

export function toCurrentSession({
  user,
  organizationId,
  organizationRole,
}: MemberSession): wire.CurrentSession {
  return {
    user: toUser(user),
    organizationId,
    role: toRole(organizationRole),
  }
}

/** The cast is safe: scopes are validated before they are stored. */
const toScopes = (scopes: string[]) => scopes as wire.ApiKeyScope[]

export function toApiKey(apiKey: ApiKey): wire.ApiKey {
  return {
    id: apiKey.id,
    name: apiKey.name,
    keyPrefix: apiKey.preview,
    scopes: toScopes(apiKey.scopes),
    projectId: apiKey.projectId,
    lastUsedAt: toOptionalTimestamp(apiKey.lastUsedAt),
    expiresAt: toOptionalTimestamp(apiKey.expiresAt),
    createdAt: toTimestamp(apiKey.createdAt),
  }
}

export function toCreatedApiKey(apiKey: ApiKey, key: string): wire.CreatedApiKey {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key,
    keyPrefix: apiKey.preview,
    scopes: toScopes(apiKey.scopes),
    projectId: apiKey.projectId,
    expiresAt: toOptionalTimestamp(apiKey.expiresAt),
    createdAt: toTimestamp(apiKey.createdAt),
  }
}

export function toWorkOrder(workOrder: WorkOrder): wire.WorkOrder {
  return {
    id: workOrder.id,
    title: workOrder.title,
    status: workOrder.status as wire.WorkOrderStatus,
    phase: workOrder.phase,
    feature: workOrder.feature,
    assignees: workOrder.assignees,
    deliverableType: workOrder.deliverableType,
    sortOrder: workOrder.sortOrder,
    createdAt: toTimestamp(workOrder.createdAt),
    updatedAt: toTimestamp(workOrder.updatedAt),
  }
}

export function toCreatedFeedback({ id, createdAt }: Feedback): wire.CreatedFeedback {
  return {
    id,
    status: 'new',
    createdAt: toTimestamp(createdAt),
  }
}

export function toProject(project: Project): wire.Project {
  return {
    id: project.id,
    name: project.name,
    slug: project.slug,
    description: project.description,
    settings: {},
    createdAt: toTimestamp(project.createdAt),
  }
}

export function toInvitation({ id, email, role, createdAt }: Invitation): wire.Invitation {
  return { id, email, role: toRole(role), invitedAt: toTimestamp(createdAt) }
}

export function toAcceptedInvitation({
  organization: { id, name, slug },
  membership: { role },
}: {
  organization: Organization
  membership: Membership
}): wire.AcceptedInvitation {
  return { organization: { id, name, slug }, role: toRole(role) }
}
