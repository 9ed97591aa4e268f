import { checkUpload, type Files, type ImageType, newFileKey, type UploadCheck } from './files.ts'
import { consume } from './limits.ts'
import type { Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { insert, remove } from './store.ts'
import type { User } from './tables.ts'

const purpose = 'upload'

/** So long after its address has ended an upload may still be set as a picture. */
const retentionSeconds = 60 * 60
/** Nothing that was set at the last moment is swept away by one who looked before. */
const marginSeconds = 60
/** Deleting may be a call over the network each. */
const batchSize = 500

/** Where all uploads of a user are, and nothing else. */
export function uploadFolder(userId: string): string {
  return `avatars/${userId}`
}

/**
 * Makes an address to upload one image to. What is never set as a picture is deleted: this is written down here, so that
 * nobody has to look through the storage.
 * @throws {AuthError} rateLimited
 */
export async function createUploadUrl(
  core: Core,
  files: Files,
  {
    user,
    contentType,
    maxBytes,
    seconds,
  }: { user: User; contentType: ImageType; maxBytes: number; seconds: number },
): Promise<{ url: string; key: string; expiresAt: number }> {
  await consume(core, 'uploads', user.id)
  // Nothing of the name that the client gave: the key is ours, and says whose it is.
  const key = newFileKey(uploadFolder(user.id), contentType, core.random(16))
  const createdAt = core.now()
  const expiresAt = createdAt + seconds * 1000
  const row = {
    tokenHash: hashOf(key),
    purpose,
    realm: user.realm,
    // Not the user's, with whom it would go: what arrives after they have gone is swept all the same.
    userId: null,
    email: null,
    data: { key },
    createdAt,
    expiresAt: expiresAt + retentionSeconds * 1000,
  }
  await core.store.write([insert('oneTimeTokens', row)])
  return { url: await files.uploadUrl({ key, contentType, maxBytes, expiresAt }), key, expiresAt }
}

/** Checks an uploaded file before it is set as a user's picture. Deletes a file that is not accepted. */
export async function checkPicture(
  { store, now }: Pick<Core, 'store' | 'now'>,
  files: Files,
  { user, key, maxBytes }: { user: User; key: string; maxBytes: number },
): Promise<UploadCheck> {
  const ended = { tokenHash: hashOf(key), purpose, expiresAt: { before: now() } }
  if (!isPictureOf(user, key) && (await store.find('oneTimeTokens', ended))) return 'missing'
  return checkUpload(files, key, maxBytes)
}

/** The upload that is a user's picture, whatever the address of the server was when it was set. */
export function uploadedPicture({ id, picture }: Pick<User, 'id' | 'picture'>): string | undefined {
  const start = picture?.lastIndexOf(`/${uploadFolder(id)}/`) ?? -1
  return start < 0 ? undefined : picture?.slice(start + 1)
}

const isPictureOf = (user: Pick<User, 'id' | 'picture'>, key: string) => uploadedPicture(user) === key

/** Is this upload somebody's picture? */
export async function isPicture({ store }: Pick<Core, 'store'>, key: string): Promise<boolean> {
  const [, id = ''] = key.split('/')
  const user = await store.find('users', { id })
  return user !== undefined && isPictureOf(user, key)
}

/**
 * Deletes uploads that nobody has set as a picture in time, or that have been replaced; so many at once.
 * @returns how many were looked at
 */
export async function sweepUploads(core: Pick<Core, 'store' | 'now'>, files: Files): Promise<number> {
  const { store, now } = core
  const ended = { purpose, expiresAt: { before: now() - marginSeconds * 1000 } }
  const rows = await store.list('oneTimeTokens', ended, {
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
