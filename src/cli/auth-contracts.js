#!/usr/bin/env node
// Plain JavaScript, so that it can say what is wrong where TypeScript does not run.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

if (!process.features.typescript) {
  console.error(`error: This needs Node.js 22.18 or newer, not ${process.version}.`)
  process.exit(1)
}
// Compiled once, and not at every start. Where that cannot be kept, nothing is lost.
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/auth-contracts', import.meta.url)))
await import('./main.ts')
