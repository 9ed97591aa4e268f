import { hkdfSync, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalFiles } from '../adapters/local-files.ts'
import { createS3Files, type S3FilesOptions } from '../adapters/s3-files.ts'
import type { Files } from '../core/files.ts'

export interface FileStorage {
  port: Files
  /** Takes and shows files, where the server does that itself. The path of a request is the key alone. */
  handle: ((request: Request) => Promise<Response>) | undefined
  /** Deletes all of them. Those in storage outside are left alone. */
  clear: () => Promise<void>
  close: () => Promise<void>
}

export interface FilesSettings {
  /** A folder, or storage that speaks S3. Without any, a temporary folder. */
  storage: string | Omit<S3FilesOptions, 'now'> | undefined
  /** Where `handle` is reached. */
  baseUrl: string
  /** What upload addresses are signed with. */
  secrets: readonly string[]
  now: () => number
  /** Which files `handle` shows. What storage outside shows is up to it. */
  isPublic: (key: string) => Promise<boolean>
}

/** The place for uploads. */
export function openFiles({ storage, baseUrl, secrets, now, isPublic }: FilesSettings): FileStorage {
  const nothing = async () => {}
  if (typeof storage === 'object')
    return { port: createS3Files({ ...storage, now }), handle: undefined, clear: nothing, close: nothing }
  // Made when the first file arrives.
  const directory = storage ?? join(tmpdir(), `auth-contracts-${randomBytes(8).toString('hex')}`)
  const keys = secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', 'uploads', 32)))
  const { handle, ...port } = createLocalFiles({ directory, baseUrl, secrets: keys, now, isPublic })
  const clear = () => rm(directory, { recursive: true, force: true })
  return { port, handle, clear, close: storage === undefined ? clear : nothing }
}
