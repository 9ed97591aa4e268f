import { bytesToHex } from '@noble/hashes/utils.js'

/** What may be uploaded. SVG is not among it, because it can carry scripts. */
const imageTypes = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
} as const
export type ImageType = keyof typeof imageTypes

export interface Upload {
  key: string
  contentType: ImageType
  /** Bytes. `checkUpload` enforces it where the storage cannot. */
  maxBytes: number
  expiresAt: number
}

/**
 * Where uploaded images are. A key is made by the server: path segments of letters, digits, `-` and `_`, and an ending
 * that says what type the file was admitted as. Every method but `publicUrl` throws `StoreUnavailableError` when the storage cannot be
 * reached or cannot write.
 */
export interface Files {
  /** @returns an address that takes one kind of file by PUT, without further credentials, until it expires */
  uploadUrl(upload: Upload): Promise<string>
  /** @returns undefined when there is no such file */
  head(key: string): Promise<{ contentType: string; size: number } | undefined>
  /** @returns the file's first bytes, at most that many; none when there is no such file */
  read(key: string, bytes: number): Promise<Uint8Array>
  /** Also well when there is no such file. */
  remove(key: string): Promise<void>
  /**
   * Deletes all that is in a folder. Also well when there is none.
   * @param folder the path segments that its keys begin with, without a slash at their end
   */
  removeAll(folder: string): Promise<void>
  /** @returns where anybody can see the file */
  publicUrl(key: string): string
}

/** What may be deleted as a whole: never everything. */
export function isFolder(folder: string): boolean {
  return /^[\w-]+(?:\/[\w-]+)+$/.test(folder)
}

/** @param folder path segments, for example `avatars/` and a user's id */
export function newFileKey(folder: string, contentType: ImageType, random: Uint8Array) {
  return `${folder}/${bytesToHex(random)}.${imageTypes[contentType]}`
}

/** @returns the type that a key ends in; undefined for what is no key at all, such as `../x.png` */
export function typeOfKey(key: string): ImageType | undefined {
  const ending = /^(?=.{1,200}$)[\w-]+(?:\/[\w-]+)*\.([a-z]{3,4})$/.exec(key)?.[1]
  return (Object.keys(imageTypes) as ImageType[]).find((type) => imageTypes[type] === ending)
}

export type UploadCheck = 'accepted' | 'missing' | 'tooLarge' | 'notAnImage'

/**
 * Checks an uploaded file before anything refers to it: its size, its declared type, and whether its first bytes are
 * those of the type. Deletes a file that is not accepted.
 */
export async function checkUpload(files: Files, key: string, maxBytes: number): Promise<UploadCheck> {
  const type = typeOfKey(key)
  const stored = type && (await files.head(key))
  if (!stored) return 'missing'
  const isImage = async () => hasSignature[type](String.fromCharCode(...(await files.read(key, 12))))
  let result: UploadCheck = 'accepted'
  if (stored.size > maxBytes) result = 'tooLarge'
  else if (stored.contentType !== type || stored.size === 0 || !(await isImage())) result = 'notAnImage'
  if (result !== 'accepted') await files.remove(key)
  return result
}

/** Signatures of the MIME Sniffing Standard, section 6.1. */
const hasSignature: Record<ImageType, (start: string) => boolean> = {
  'image/jpeg': (start) => start.startsWith('\xff\xd8\xff'),
  'image/png': (start) => start.startsWith('\x89PNG\r\n\x1a\n'),
  'image/gif': (start) => /^GIF8[79]a/.test(start),
  'image/webp': (start) => start.startsWith('RIFF') && start.startsWith('WEBP', 8),
}
