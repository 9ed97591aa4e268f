import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type * as wire from '../../../generated/openfactory/types.ts'
import { newUuid } from '../../core/secrets.ts'
import type { Grant } from '../../core/sessions.ts'
import type { ApiKey, Membership, Organization, Project, User } from '../../core/tables.ts'
import type { Person } from './authenticate.ts'
import type { Feedback, WorkOrder } from './tables.ts'

const toTimestamp = (instant: number): string => new Date(instant).toISOString()
const toOptionalTimestamp = (instant: number | null): string | null =>
  instant === null ? null : toTimestamp(instant)

const toRole = (role: string): wire.Role => (role === 'admin' ? 'admin' : 'member')

export const toUser = ({ id, email, name, picture }: User): wire.User => ({
  id,
  email: email ?? '',
  name,
  avatarUrl: picture,
})

export const toSession = ({ accessToken, expiresAt }: Grant): wire.Session => ({
  token: accessToken,
  expiresAt: toTimestamp(expiresAt),
})

export const toSignUpResult = (
  { id, email, name }: User,
  organization: Organization,
  grant: Grant,
): wire.SignUpResult => ({
  user: { id, email: email ?? '', name },
  organization: { id: organization.id, name: organization.name, slug: organization.slug },
  session: toSession(grant),
})

export const toCurrentSession = ({
  user,
  organizationId,
  organizationRole,
}: Person): wire.CurrentSession => ({
  user: toUser(user),
  organizationId,
  role: toRole(organizationRole),
})

/** Scopes were checked when they were stored. */
const toScopes = (scopes: string[]) => scopes as wire.ApiKeyScope[]

export const toApiKey = (apiKey: ApiKey): wire.ApiKey => ({
  id: apiKey.id,
  name: apiKey.name,
  keyPrefix: apiKey.preview,
  scopes: toScopes(apiKey.scopes),
  projectId: apiKey.projectId,
  lastUsedAt: toOptionalTimestamp(apiKey.lastUsedAt),
  expiresAt: toOptionalTimestamp(apiKey.expiresAt),
  createdAt: toTimestamp(apiKey.createdAt),
})

export const toCreatedApiKey = (apiKey: ApiKey, key: string): wire.CreatedApiKey => ({
  id: apiKey.id,
  name: apiKey.name,
  key,
  keyPrefix: apiKey.preview,
  scopes: toScopes(apiKey.scopes),
  projectId: apiKey.projectId,
  expiresAt: toOptionalTimestamp(apiKey.expiresAt),
  createdAt: toTimestamp(apiKey.createdAt),
})

export const toWorkOrder = (workOrder: WorkOrder): wire.WorkOrder => ({
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
})

export const toCreatedFeedback = ({ id, createdAt }: Feedback): wire.CreatedFeedback => ({
  id,
  status: 'new',
  createdAt: toTimestamp(createdAt),
})

export const toProject = (project: Project): wire.Project => ({
  id: project.id,
  name: project.name,
  slug: project.slug,
  description: project.description,
  settings: {},
  createdAt: toTimestamp(project.createdAt),
})

export const toInvitation = (email: string, membership: Membership): wire.Invitation => ({
  id: membershipId(membership),
  email,
  role: toRole(membership.role),
  invitedAt: toTimestamp(membership.createdAt),
})

/** A membership is known by its two ends; its id says nothing about either, and is the same every time. */
const membershipId = ({ organizationId, userId }: Membership): string => {
  const digest = sha256(utf8ToBytes(`membership ${organizationId} ${userId}`))
  return newUuid({ random: (length) => digest.slice(0, length) })
}
