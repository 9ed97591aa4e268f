import type { routes } from '../../../../generated/bkend/routes.ts'
import { findUser, type ProfileChange, updateProfile } from '../../../core/accounts.ts'
import { type Authority, apiKeyAuthority, sessionAuthority } from '../../../core/authority.ts'
import { AuthError } from '../../../core/errors.ts'
import { audited } from '../../../core/events.ts'
import type { ImageType, UploadCheck } from '../../../core/files.ts'
import { hasInvisibleInName } from '../../../core/invisible.ts'
import type { User } from '../../../core/tables.ts'
import { checkPicture, createUploadUrl, uploadedPicture, uploadFolder } from '../../../core/uploads.ts'
import type { RequestMeta } from '../../../http/env.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { errorReply } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { maxAvatarBytes, uploadSeconds } from '../rules.ts'
import { type Profile, toPublicUser, toTimestamp, toUser } from '../serializers.ts'

export type UserHandlers = Pick<
  Handlers<typeof routes, Caller>,
  'getUser' | 'updateUser' | 'updateUserProfile' | 'createAvatarUploadUrl' | 'updateUserAvatar'
>

const profileFields = ['nickname', 'mobile', 'gender', 'bio', 'socialLinks'] as const
const forbidden = (message: string) => errorReply(403, 'user/forbidden', message)
const notFound = () => errorReply(404, 'user/not-found', 'User not found')
const invalid = (message: string) => errorReply(400, 'common/invalid-parameters', message)

/** A signed-in user, or a secret key alone. */
type UserOrKey = Pick<Caller, 'apiKey' | 'bearer'> | Pick<Caller, 'secretKey'>

const rejectedUploads: Record<Exclude<UploadCheck, 'accepted'>, string> = {
  missing: 'No file was uploaded for s3Key',
  notAnImage: 'The uploaded file is not an image of its content type',
  tooLarge: 'The uploaded file is larger than 5 MiB',
}

/** The handlers of profiles and avatars. */
export function userHandlers({ core, flags, files }: Services<Flags>): UserHandlers {
  const realmOf = (caller: UserOrKey) => ('secretKey' in caller ? caller.secretKey : caller.apiKey).realm
  const isAdmin = (caller: UserOrKey) =>
    'secretKey' in caller || caller.apiKey.isSecret || caller.bearer.user.role === 'admin'
  const authorityOf = (caller: UserOrKey): Authority =>
    'bearer' in caller ? sessionAuthority(caller.bearer) : apiKeyAuthority(caller.secretKey)
  const isOwn = (caller: UserOrKey, id: string) => 'bearer' in caller && caller.bearer.userId === id

  /**
   * Finds the user that a caller wants to change.
   * @returns the user, or the error reply if no user has the id
   * @throws {AuthError} notAdmin if the caller may not change this user, whether or not it exists
   */
  async function findUserToChange(caller: UserOrKey, id: string, requestMeta: RequestMeta) {
    if (!isOwn(caller, id) && !isAdmin(caller)) await auditForbiddenChange(caller, requestMeta)
    const user = await findUser(core, { realm: realmOf(caller), id })
    return user ? { user } : { error: notFound() }
  }

  /** @throws {AuthError} notAdmin */
  function auditForbiddenChange(caller: UserOrKey, requestMeta: RequestMeta) {
    const userId = 'bearer' in caller ? caller.bearer.userId : null
    const context = { name: 'profileChange', realm: realmOf(caller), requestMeta, userId } as const
    return audited(core, context, async () => {
      throw new AuthError('notAdmin')
    })
  }

  const change = (
    caller: UserOrKey,
    user: User,
    set: ProfileChange | ((user: User) => ProfileChange),
    requestMeta: RequestMeta,
  ) =>
    updateProfile(core, {
      realm: user.realm,
      userId: user.id,
      authority: authorityOf(caller),
      requestMeta,
      set,
    })

  const updateUser: UserHandlers['updateUser'] = async ({
    params: { userId },
    body,
    caller,
    requestMeta,
  }) => {
    const { user, error } = await findUserToChange(caller, userId, requestMeta)
    if (!user) return error
    if (!isChange(body)) return invalid('Send at least one field to change')
    if (body.nickname && hasInvisibleInName(body.nickname))
      return errorReply(400, 'user/invalid-nickname', 'nickname must not contain invisible characters')
    const changed = await change(caller, user, (latest) => toProfileChange(body, latest), requestMeta)
    return { status: 200, headers: noStore, body: toUser(changed) }
  }

  return {
    async getUser({ params: { userId: id }, caller }) {
      const seesAll = isOwn(caller, id) || isAdmin(caller)
      if (!seesAll && !flags.publicProfiles) return forbidden('This user is not visible to you')
      const user = await findUser(core, { realm: realmOf(caller), id })
      if (!user) return notFound()
      return { status: 200, headers: noStore, body: seesAll ? toUser(user) : toPublicUser(user) }
    },

    updateUser,

    // An alias of the vendor.
    updateUserProfile: updateUser,

    async createAvatarUploadUrl({ params: { userId }, body, caller, requestMeta }) {
      const contentType = body.contentType ?? imageTypeOf(body.filename)
      if (contentType === undefined)
        return errorReply(400, 'file/invalid-format', 'contentType is not an accepted image type')
      const { user, error } = await findUserToChange(caller, userId, requestMeta)
      if (!user) return error
      if (!flags.fileStorage)
        return errorReply(500, 'file/bucket-not-configured', 'File storage is not set up for this project')
      const { url, key, expiresAt } = await createUploadUrl(core, files, {
        user,
        contentType,
        maxBytes: maxAvatarBytes,
        seconds: uploadSeconds,
        authority: authorityOf(caller),
      })
      return { status: 200, headers: noStore, body: { url, key, expiresAt: toTimestamp(expiresAt) } }
    },

    async updateUserAvatar({ params: { userId }, body: { s3Key: key }, caller, requestMeta }) {
      const { user, error } = await findUserToChange(caller, userId, requestMeta)
      if (!user) return error
      if (!key.startsWith(`${uploadFolder(user.id)}/`)) return invalid('s3Key was not created for this user')
      const check = await checkPicture(core, files, { user, key, maxBytes: maxAvatarBytes })
      if (check !== 'accepted') return invalid(rejectedUploads[check])
      const image = files.publicUrl(key)
      await change(caller, user, { picture: image }, requestMeta)
      const previous = uploadedPicture(user)
      if (previous !== undefined && previous !== key) await files.remove(previous)
      return { status: 200, headers: noStore, body: { image } }
    },
  }
}

/** Returns the content type that the extension of a file name stands for. */
function imageTypeOf(filename: string): ImageType | undefined {
  const extension = /[^.]\.([a-z]{3,4})$/i.exec(filename)?.[1]?.toLowerCase()
  return extension === undefined ? undefined : imageTypesByExtension.get(extension)
}

const imageTypesByExtension = new Map<string, ImageType>([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
])

type ChangeBody = Parameters<UserHandlers['updateUser']>[0]['body']

/** Whether a body has a field that can be changed. Others, such as `role` and `email`, are ignored. */
function isChange(body: ChangeBody): boolean {
  return body.name !== undefined || profileFields.some((field) => body[field] !== undefined)
}

function toProfileChange(body: ChangeBody, user: User): ProfileChange {
  const profile: Profile = Object.fromEntries(
    profileFields.filter((field) => body[field] !== undefined).map((field) => [field, body[field]]),
  )
  // Each link follows the rule of PATCH: unchanged if absent, cleared if null.
  if (profile.socialLinks)
    profile.socialLinks = { ...(user.profile as Profile).socialLinks, ...profile.socialLinks }
  return { ...(body.name !== undefined && { name: body.name }), profile: { ...profile } }
}
