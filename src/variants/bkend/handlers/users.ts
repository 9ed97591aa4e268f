import type { routes } from '../../../../generated/bkend/routes.ts'
import { findUser, type ProfileChange, updateProfile } from '../../../core/accounts.ts'
import { AuthError } from '../../../core/errors.ts'
import { audited } from '../../../core/events.ts'
import type { User } from '../../../core/tables.ts'
import { acceptPicture, createUploadUrl, uploadedPicture, uploadFolder } from '../../../core/uploads.ts'
import type { RequestMeta } from '../../../http/env.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { errorReply } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { maxAvatarBytes, uploadSeconds } from '../rules.ts'
import { toPublicUser, toTimestamp, toUser } from '../serializers.ts'

export type UserHandlers = Pick<
  Handlers<typeof routes, Caller>,
  'getUser' | 'updateUser' | 'createAvatarUploadUrl' | 'updateUserAvatar'
>

const profileFields = ['nickname', 'mobile', 'gender', 'bio', 'socialLinks'] as const
const forbidden = (message: string) => errorReply(403, 'user/forbidden', message)
const notFound = () => errorReply(404, 'user/not-found', 'User not found')
const invalid = (message: string) => errorReply(400, 'common/invalid-parameters', message)

/** Somebody signed in, or a secret key, which acts as an administrator. */
type Visitor = Pick<Caller, 'apiKey' | 'bearer'> | Pick<Caller, 'secretKey'>

/** Profiles and avatars. */
export function userHandlers({ core, flags, files }: Services<Flags>): UserHandlers {
  const realmOf = (caller: Visitor) => ('secretKey' in caller ? caller.secretKey : caller.apiKey).realm
  const isAdmin = (caller: Visitor) =>
    'secretKey' in caller || caller.apiKey.isSecret || caller.bearer.user.role === 'admin'
  const isOwn = (caller: Visitor, id: string) => 'bearer' in caller && caller.bearer.userId === id

  /** The user whom a caller may change, or the refusal. Others are refused whether or not there is such a user. */
  async function forChange(caller: Visitor, id: string, requestMeta: RequestMeta) {
    if (!isOwn(caller, id) && !isAdmin(caller)) await refuseChange(caller, requestMeta)
    const user = await findUser(core, { realm: realmOf(caller), id })
    return user ? { user } : { refused: notFound() }
  }

  /** @throws {AuthError} notAdmin, once it is recorded who tried */
  const refuseChange = (caller: Visitor, requestMeta: RequestMeta) =>
    audited(
      core,
      {
        name: 'profileChange',
        realm: realmOf(caller),
        requestMeta,
        userId: 'bearer' in caller ? caller.bearer.userId : null,
      },
      async () => {
        throw new AuthError('notAdmin')
      },
    )

  const change = (user: User, set: ProfileChange, requestMeta: RequestMeta) =>
    updateProfile(core, { realm: user.realm, userId: user.id, requestMeta, set })

  return {
    async getUser({ params: { userId: id }, caller }) {
      const sees = isOwn(caller, id) || isAdmin(caller)
      if (!sees && !flags.publicProfiles) return forbidden('This user is not visible to you')
      const user = await findUser(core, { realm: realmOf(caller), id })
      if (!user) return notFound()
      return { status: 200, headers: noStore, body: sees ? toUser(user) : toPublicUser(user) }
    },

    async updateUser({ params: { userId }, body, caller, requestMeta }) {
      const { user, refused } = await forChange(caller, userId, requestMeta)
      if (!user) return refused
      const set = changeIn(body)
      if (!set) return invalid('Send at least one field to change')
      return { status: 200, headers: noStore, body: toUser(await change(user, set, requestMeta)) }
    },

    async createAvatarUploadUrl({ params: { userId }, body: { contentType }, caller, requestMeta }) {
      const { user, refused } = await forChange(caller, userId, requestMeta)
      if (!user) return refused
      if (!flags.fileStorage)
        return errorReply(500, 'file/bucket-not-configured', 'File storage is not set up for this project')
      const { url, key, expiresAt } = await createUploadUrl(core, files, {
        user,
        contentType,
        maxBytes: maxAvatarBytes,
        seconds: uploadSeconds,
      })
      return { status: 200, headers: noStore, body: { url, key, expiresAt: toTimestamp(expiresAt) } }
    },

    async updateUserAvatar({ params: { userId }, body: { s3Key: key }, caller, requestMeta }) {
      const { user, refused } = await forChange(caller, userId, requestMeta)
      if (!user) return refused
      if (!key.startsWith(`${uploadFolder(user.id)}/`)) return invalid('s3Key was not made for this user')
      if (!(await acceptPicture(core, files, { user, key, maxBytes: maxAvatarBytes })))
        return invalid('s3Key names no image that was uploaded and is accepted')
      const image = files.publicUrl(key)
      await change(user, { picture: image }, requestMeta)
      const former = uploadedPicture(user)
      if (former !== undefined && former !== key) await files.remove(former)
      return { status: 200, headers: noStore, body: { image } }
    },
  }
}

/** @returns undefined where nothing of it may be changed; role and address are among what may not */
function changeIn(body: Parameters<UserHandlers['updateUser']>[0]['body']): ProfileChange | undefined {
  const profile = Object.fromEntries(
    profileFields.filter((field) => body[field] !== undefined).map((field) => [field, body[field]]),
  )
  if (body.name === undefined && Object.keys(profile).length === 0) return undefined
  return { ...(body.name !== undefined && { name: body.name }), profile }
}
