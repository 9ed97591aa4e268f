#!/usr/bin/env node
// The command of the npm package. It also runs in an old Node version, to report which one is required.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  cacheCompiledCode()
  await import('./main.ts')
} else {
  console.error(
    `error: auth-contracts needs Node.js 22.18 or newer, not ${process.version}. Install Node.js 24 from https://nodejs.org and run the command again.`,
  )
  process.exitCode = 1
}

/** Makes the next start a third faster. If `node_modules` is not writable, Node compiles again. */
function cacheCompiledCode(): void {
  const nodeModules = new URL('../../../../', import.meta.url)
  if (nodeModules.pathname.endsWith('/node_modules/'))
    module.enableCompileCache(fileURLToPath(new URL('.cache/auth-contracts', nodeModules)))
}
