import { type Authority, writeWithAuthority } from './authority.ts'
import { checkUpload, type Files, type ImageType, newFileKey, type UploadCheck } from './files.ts'
import { consume } from './limits.ts'
import type { Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { insert, remove } from './store.ts'
import type { User } from './tables.ts'

const purpose = 'upload'

/** How long an upload may still be set as a picture after its URL has expired. */
const retentionSeconds = 60 * 60
/** Delays the deletion, so that it cannot race with an upload that is set at the last moment. */
const marginSeconds = 60
/** Uploads per sweep. Each deletion can be a network call. */
const batchSize = 500

/** Returns the folder that contains all uploads of a user, and nothing else. */
export function uploadFolder(userId: string): string {
  return `avatars/${userId}`
}

/**
 * Creates a URL for uploading one image. Records the upload, so that `sweepUploads` can delete it without
 * scanning the storage if it is never set as a picture.
 * @param input.maxBytes the maximum size in bytes
 * @param input.seconds the lifetime of the URL
 * @returns the URL, the key of the file, and when the URL expires, in milliseconds since 1970
 * @throws {AuthError} rateLimited; any code of `authority`
 */
export async function createUploadUrl(
  core: Core,
  files: Files,
  {
    user,
    contentType,
    maxBytes,
    seconds,
    authority,
  }: { user: User; contentType: ImageType; maxBytes: number; seconds: number; authority: Authority },
): Promise<{ url: string; key: string; expiresAt: number }> {
  await consume(core, 'uploads', user.id)
  // Ignores the client's file name. The key contains the id of the user.
  const key = newFileKey(uploadFolder(user.id), contentType, core.random(16))
  const createdAt = core.now()
  const expiresAt = createdAt + seconds * 1000
  const row = {
    tokenHash: hashOf(key),
    purpose,
    realm: user.realm,
    // Not linked to the user, so that uploads are swept even if the user is deleted.
    userId: null,
    email: null,
    data: { key },
    createdAt,
    expiresAt: expiresAt + retentionSeconds * 1000,
  }
  await writeWithAuthority(core, authority, [insert('oneTimeTokens', row)])
  return { url: await files.uploadUrl({ key, contentType, maxBytes, expiresAt }), key, expiresAt }
}

/** Checks an upload before it is set as the picture of a user. Deletes rejected files. */
export async function checkPicture(
  { store, now }: Pick<Core, 'store' | 'now'>,
  files: Files,
  { user, key, maxBytes }: { user: User; key: string; maxBytes: number },
): Promise<UploadCheck> {
  const expired = { tokenHash: hashOf(key), purpose, expiresAt: { before: now() } }
  if (!isPictureOf(user, key) && (await store.find('oneTimeTokens', expired))) return 'missing'
  return checkUpload(files, key, maxBytes)
}

/** Returns the key of the upload that is a user's picture, regardless of the server's URL when it was set. */
export function uploadedPicture({ id, picture }: Pick<User, 'id' | 'picture'>): string | undefined {
  const start = picture?.lastIndexOf(`/${uploadFolder(id)}/`) ?? -1
  return start < 0 ? undefined : picture?.slice(start + 1)
}

const isPictureOf = (user: Pick<User, 'id' | 'picture'>, key: string) => uploadedPicture(user) === key

/** Tells whether an upload is the picture of its user. */
export async function isPicture({ store }: Pick<Core, 'store'>, key: string): Promise<boolean> {
  const [, id = ''] = key.split('/')
  const user = await store.find('users', { id })
  return user !== undefined && isPictureOf(user, key)
}

/**
 * Deletes one batch of uploads that were replaced or never set as a picture.
 * @returns the number of uploads in the batch
 */
export async function sweepUploads(core: Pick<Core, 'store' | 'now'>, files: Files): Promise<number> {
  const { store, now } = core
  const expired = { purpose, expiresAt: { before: now() - marginSeconds * 1000 } }
  const rows = await store.list('oneTimeTokens', expired, {
    orderBy: ['purpose', 'expiresAt'],
    limit: batchSize,
  })
  for (const { tokenHash, data } of rows) {
    const key = String(data.key)
    if (!(await isPicture(core, key))) await files.remove(key)
    await store.write([remove('oneTimeTokens', { tokenHash, purpose })])
  }
  return rows.length
}
