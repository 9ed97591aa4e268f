import { hkdfSync, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFolderArchive } from '../adapters/folder-archive.ts'
import { createLocalFiles } from '../adapters/local-files.ts'
import { createS3Files, type S3FilesOptions } from '../adapters/s3-files.ts'
import type { FileArchive, Files } from '../core/files.ts'

export interface FileStorage {
  port: Files
  /**
   * Accepts uploads and serves files below a path that is the key. Undefined for S3, which does so itself.
   */
  handle: ((request: Request) => Promise<Response>) | undefined
  /** Undefined for S3. */
  archive: FileArchive | undefined
  /** Deletes all files. Does nothing for S3. */
  clear: () => Promise<void>
  /**
   * Deletes uploads that crashed processes have left unfinished. Does nothing for S3.
   */
  sweepUnfinished: () => Promise<void>
  close: () => Promise<void>
}

export interface FilesSettings {
  /** A folder, or an S3 bucket. A temporary folder by default. */
  storage: string | Omit<S3FilesOptions, 'now'> | undefined
  /** The URL of `handle`. */
  baseUrl: string
  /** Sign upload URLs. */
  secrets: readonly string[]
  now: () => number
  /** Whether `handle` serves a file to everyone. A bucket has its own policy. */
  isPublic: (key: string) => Promise<boolean>
}

/** Opens the storage for uploads. */
export function openFiles({ storage, baseUrl, secrets, now, isPublic }: FilesSettings): FileStorage {
  const noop = async () => {}
  if (typeof storage === 'object')
    return {
      port: createS3Files({ ...storage, now }),
      handle: undefined,
      archive: undefined,
      clear: noop,
      sweepUnfinished: noop,
      close: noop,
    }
  // The folder is created with the first file.
  const directory = storage ?? join(tmpdir(), `auth-contracts-${randomBytes(8).toString('hex')}`)
  const keys = secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', 'uploads', 32)))
  const { handle, sweepUnfinished, ...port } = createLocalFiles({
    directory,
    baseUrl,
    secrets: keys,
    now,
    isPublic,
  })
  const clear = () => rm(directory, { recursive: true, force: true })
  const archive = createFolderArchive(directory)
  return { port, handle, archive, clear, sweepUnfinished, close: storage === undefined ? clear : noop }
}
