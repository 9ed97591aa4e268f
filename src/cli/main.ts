import { createRequire } from 'node:module'
import { Command } from 'commander'
import { UserError } from '../common/user-error.ts'
import { toUserError } from '../server/user-errors.ts'
import { adminCommand } from './admin/index.ts'
import { docsCommand } from './docs.ts'
import { generateCommand } from './generate.ts'
import { mcpCommand } from './mcp.ts'
import { mockCommand } from './mock.ts'
import { proxyCommand } from './proxy.ts'
import { serveCommand } from './serve.ts'
import { snippetCommand } from './snippet.ts'
import { startCommand } from './start.ts'
import { testCommand } from './test.ts'

// Resolved by package name, because the relative path differs between src/ and dist/.
const { version } = createRequire(import.meta.url)('auth-contracts/package.json')

const program = new Command('auth-contracts')
  .description('Mocks, servers and docs of documented authentication APIs, generated from their contracts.')
  .version(version)
  .addCommand(startCommand())
  .addCommand(mockCommand())
  .addCommand(serveCommand())
  .addCommand(generateCommand())
  .addCommand(testCommand())
  .addCommand(proxyCommand())
  .addCommand(docsCommand())
  .addCommand(mcpCommand())
  .addCommand(snippetCommand())
  .addCommand(adminCommand())

try {
  await program.parseAsync()
} catch (thrown) {
  const error = toUserError(thrown)
  if (!(error instanceof UserError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = 1
  // The IPC channel to the supervisor would keep a worker alive.
  if (process.connected) process.exit()
}
