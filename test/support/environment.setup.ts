import { join } from 'node:path'
import { inject } from 'vitest'

// Runs before each test file. What somebody has configured on the machine (our own settings, PGHOST,
// FORCE_COLOR, ...) must not take part in a test, nor in the programs that it starts.
const kept = [
  // Where things are; folder.setup.ts has changed most of these.
  /^(?:PATH|HOME|USERPROFILE|TMPDIR|TMP|TEMP)$/i,
  // How npm reaches its registry.
  /^(?:npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i,
  /^(?:CI|TZ|LANG|LC_.*)$/,
  // Windows does not start programs without these.
  /^(?:SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|ProgramFiles.*|ProgramData)$/i,
  // Vitest's own, `import.meta.env` among them.
  /^(?:VITEST.*|TEST|NODE_ENV|MODE|DEV|PROD|SSR|BASE_URL)$/,
]

for (const name of Object.keys(process.env))
  if (!kept.some((pattern) => pattern.test(name))) delete process.env[name]

// Programs that tests start share what Node has compiled.
process.env.NODE_COMPILE_CACHE = join(inject('sharedFolder'), 'compile-cache')

// @hono/node-server replaces these for the whole process when a server is made. Files that share a worker do
// not share them.
const natives = Symbol.for('auth-contracts.test.natives')
const { Request, Response } = (Reflect.get(globalThis, natives) ?? globalThis) as typeof globalThis
Object.defineProperty(globalThis, natives, { value: { Request, Response }, configurable: true })
Object.defineProperty(globalThis, 'Request', { value: Request })
Object.defineProperty(globalThis, 'Response', { value: Response })
