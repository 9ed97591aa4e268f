import { join } from 'node:path'
import { inject } from 'vitest'

// Runs before each test file. Removes environment variables of the machine (settings of the server, PGHOST,
// FORCE_COLOR, …), so that they affect neither tests nor the programs that tests start.
const kept = [
  // Paths; folder.setup.ts has changed most of them.
  /^(?:PATH|HOME|USERPROFILE|TMPDIR|TMP|TEMP)$/i,
  // Access of npm to its registry.
  /^(?:npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i,
  /^(?:CI|TZ|LANG|LC_.*)$/,
  // Windows cannot start programs without these.
  /^(?:SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|ProgramFiles.*|ProgramData)$/i,
  // Variables of Vitest, including those of `import.meta.env`.
  /^(?:VITEST.*|TEST|NODE_ENV|MODE|DEV|PROD|SSR|BASE_URL)$/,
]

for (const name of Object.keys(process.env))
  if (!kept.some((pattern) => pattern.test(name))) delete process.env[name]

// Programs that tests start share one compile cache of Node.
process.env.NODE_COMPILE_CACHE = join(inject('sharedFolder'), 'compile-cache')

// @hono/node-server replaces `Request` and `Response` globally when a server is created. Test files share a
// process, so the originals are restored before each of them.
const originals = Symbol.for('auth-contracts.test.originals')
const { Request, Response } = (Reflect.get(globalThis, originals) ?? globalThis) as typeof globalThis
Object.defineProperty(globalThis, originals, { value: { Request, Response }, configurable: true })
Object.defineProperty(globalThis, 'Request', { value: Request })
Object.defineProperty(globalThis, 'Response', { value: Response })
