import type * as wire from '../../../generated/bondmcp/types.ts'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { ApiKey, User } from '../../core/tables.ts'

/** Without milliseconds, as in the vendor's documents. */
const toTimestamp = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')

/** Scopes were validated when the key was created. */
const toPermissions = (scopes: string[]) => scopes as wire.Permission[]

export function toRegistration({ id, email }: User): wire.Registration {
  return {
    message: 'Registration successful',
    user_id: id,
    email: email ?? '',
  }
}

export function toToken({ accessToken, expiresInSeconds }: IssuedTokens): wire.TokenResponse {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
  }
}

export function toApiKey(apiKey: ApiKey): wire.ApiKey {
  return {
    id: apiKey.id,
    name: apiKey.name,
    description: apiKey.description,
    permissions: toPermissions(apiKey.scopes),
    key_preview: apiKey.preview,
    created_at: toTimestamp(apiKey.createdAt),
    last_used: apiKey.lastUsedAt === null ? null : toTimestamp(apiKey.lastUsedAt),
    is_active: true,
  }
}

export function toCreatedApiKey(apiKey: ApiKey, key: string): wire.CreatedApiKey {
  return {
    id: apiKey.id,
    name: apiKey.name,
    description: apiKey.description,
    permissions: toPermissions(apiKey.scopes),
    api_key: key,
    key_preview: apiKey.preview,
    created_at: toTimestamp(apiKey.createdAt),
    is_active: true,
    warning: 'Store this key securely. It will only be shown once.',
  }
}

export function toDeletedApiKey({ id, revokedAt }: ApiKey): wire.DeletedApiKey {
  return {
    message: 'API key deleted successfully',
    key_id: id,
    deleted_at: toTimestamp(revokedAt ?? 0),
  }
}
