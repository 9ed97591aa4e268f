#!/usr/bin/env node
// The command of the npm package. It also runs in an old Node version, to report which one is required.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { nodeVersionProblem } from '../common/node-version.ts'

const problem = nodeVersionProblem()
if (problem) {
  console.error(`error: ${problem}`)
  process.exitCode = 1
} else {
  cacheCompiledCode()
  await import('./main.ts')
}

/** Makes the next start a third faster. If `node_modules` is not writable, Node compiles again. */
function cacheCompiledCode(): void {
  const nodeModules = new URL('../../../../', import.meta.url)
  if (nodeModules.pathname.endsWith('/node_modules/'))
    module.enableCompileCache(fileURLToPath(new URL('.cache/auth-contracts', nodeModules)))
}
