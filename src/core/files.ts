import { bytesToHex } from '@noble/hashes/utils.js'

/** The image types that may be uploaded. SVG is excluded because it can contain scripts. */
const imageTypes = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
} as const
/** A content type that may be uploaded. */
export type ImageType = keyof typeof imageTypes

/** An upload to authorize. */
export interface Upload {
  /** Where the file will be stored. */
  key: string
  contentType: ImageType
  /** The maximum size in bytes. `checkUpload` enforces it, because not every storage can. */
  maxBytes: number
  /** Milliseconds since 1970. */
  expiresAt: number
}

/**
 * The port to the storage of uploaded images. Keys are chosen by the server: path segments of letters,
 * digits, `-` and `_`, with an extension for the authorized type. All methods except `publicUrl` throw a
 * `StoreUnavailableError` when the storage cannot be reached or cannot write.
 */
export interface Files {
  /**
   * Authorizes an upload.
   * @returns a signed URL that accepts a PUT of this content type until it expires
   */
  uploadUrl(upload: Upload): Promise<string>
  /**
   * Returns the metadata of a file.
   * @returns undefined if the file does not exist; `size` is in bytes
   */
  head(key: string): Promise<{ contentType: string; size: number } | undefined>
  /**
   * Returns the first bytes of a file.
   * @param bytes the maximum number of bytes
   * @returns an empty array if the file does not exist
   */
  read(key: string, bytes: number): Promise<Uint8Array>
  /** Deletes a file, if it exists. */
  remove(key: string): Promise<void>
  /**
   * Deletes all files in a folder, if any.
   * @param folder the path prefix, without a trailing slash
   */
  removeAll(folder: string): Promise<void>
  /** Returns the public URL of a file. */
  publicUrl(key: string): string
}

/** An uploaded file with its content. */
export interface StoredFile {
  key: string
  content: Uint8Array
}

/** Reads and replaces all files of a storage at once, for snapshots of a sandbox. */
export interface FileArchive {
  /** Uploads under way are left out. */
  readAll: () => AsyncIterable<StoredFile>
  /**
   * Prepares the replacement of all files, so that a full disk fails before anything is replaced.
   */
  prepare: (files: readonly StoredFile[]) => Promise<PreparedFiles>
}

/** Files that are ready to replace those of the storage. */
export interface PreparedFiles {
  /** @param clear deletes the files of the storage */
  commit: (clear: () => Promise<void>) => Promise<void>
  discard: () => Promise<void>
}

/**
 * Tells whether a path is a folder that may be deleted: at least two segments, so never the whole storage.
 */
export function isFolder(folder: string): boolean {
  return /^[\w-]+(?:\/[\w-]+)+$/.test(folder)
}

/**
 * Creates the key of a new file.
 * @param folder path segments, for example `avatars/<user id>`
 * @param random random bytes for the file name
 */
export function newFileKey(folder: string, contentType: ImageType, random: Uint8Array) {
  return `${folder}/${bytesToHex(random)}.${imageTypes[contentType]}`
}

/**
 * Returns the type that the extension of a key stands for.
 * @returns undefined for invalid keys, such as `../x.png`
 */
export function typeOfKey(key: string): ImageType | undefined {
  const ending = /^(?=.{1,200}$)[\w-]+(?:\/[\w-]+)*\.([a-z]{3,4})$/.exec(key)?.[1]
  return (Object.keys(imageTypes) as ImageType[]).find((type) => imageTypes[type] === ending)
}

/** The result of checking an uploaded file. */
export type UploadCheck = 'accepted' | 'missing' | 'tooLarge' | 'notAnImage'

/**
 * Checks an uploaded file before anything refers to it: its size, its declared type and its signature.
 * Deletes rejected files.
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

/** File signatures (MIME Sniffing Standard, section 6.1). */
const hasSignature: Record<ImageType, (start: string) => boolean> = {
  'image/jpeg': (start) => start.startsWith('\xff\xd8\xff'),
  'image/png': (start) => start.startsWith('\x89PNG\r\n\x1a\n'),
  'image/gif': (start) => /^GIF8[79]a/.test(start),
  'image/webp': (start) => start.startsWith('RIFF') && start.startsWith('WEBP', 8),
}
