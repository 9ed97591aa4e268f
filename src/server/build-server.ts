import type { ContractApp } from '../http/app.ts'
import { createServer, mountAt, type ServerOptions } from './app.ts'
import type { ServerContext } from './context.ts'
import type { Resources } from './resources.ts'

/** The path below which the server accepts and serves uploads, unless they are stored in S3. */
export const uploadsPath = '/uploads'

/** Extensions of a sandbox. A production server has none. */
export type Extensions = Pick<
  ServerOptions,
  'middleware' | 'beforeOperations' | 'mounts' | 'checkReplies' | 'suggestPathsBelow'
>

/** Builds the app of a server from its resources and context. */
export function buildServer(
  { variant, site, files, readiness, readClientIp, requestScope, log, metrics }: Resources,
  { core, flags, providers }: ServerContext,
  { middleware = [], mounts = [], checkReplies = false, ...others }: Extensions = {},
): ContractApp {
  const handleUpload = variant.hasUploads ? files.handle : undefined
  return createServer(
    variant,
    { core, site, flags, providers, files: files.port },
    {
      ...others,
      log,
      readClientIp,
      isReady: readiness.isReady,
      middleware: [...requestScope, ...middleware],
      mounts: [...(handleUpload ? [mountAt(uploadsPath, handleUpload)] : []), ...mounts],
      checkReplies,
      ...(metrics && { observe: metrics.request }),
    },
  )
}
