import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { createLocalFiles } from '../../src/adapters/local-files.ts'
import { createS3Files } from '../../src/adapters/s3-files.ts'
import type { Files } from '../../src/core/files.ts'
import { account, startS3Server } from './s3-server.ts'

export interface TestStorage {
  files: Files
  stop: () => Promise<void>
}

export const random = (length = 16) => crypto.getRandomValues(new Uint8Array(length))

/** A PNG of one pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export const maxBytes = 1000

/** Uploads a file. */
export const put = (url: string, body: BodyInit = png, contentType = 'image/png') =>
  fetch(url, { method: 'PUT', body, headers: { 'Content-Type': contentType } })

/** A clock that tests can advance. */
export const clock = { aheadMs: 0 }

export const now = () => Date.now() + clock.aheadMs

/** Serves files of a temporary directory on a free port. */
export const openLocal = async (options: { uploadTimeoutMs?: number } = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'local-files-'))
  const app = new Hono()
  const server = createAdaptorServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox/files`
  const files = createLocalFiles({
    directory,
    baseUrl,
    secrets: [crypto.getRandomValues(new Uint8Array(32))],
    now,
    ...options,
  })
  app.mount('/sandbox/files', files.handle)
  const stop = async () => {
    server.close()
    await rm(directory, { recursive: true })
  }
  return { files, directory, stop }
}

/** Starts an S3 server with one bucket. */
export const openS3 = async (): Promise<TestStorage> => {
  const { bucketUrl, stop } = await startS3Server()
  return { files: createS3Files({ ...account, bucketUrl, now }), stop }
}
