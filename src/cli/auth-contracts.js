#!/usr/bin/env node
// Plain JavaScript, so that it can say what is wrong where TypeScript does not run.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))

if (process.features.typescript) await start()
else startByOwnNode()

async function start() {
  // Compiled once, and not at every start. Where that cannot be kept, nothing is lost.
  module.enableCompileCache(pathOf('../../node_modules/.cache/auth-contracts'))
  await import('./main.ts')
}

/** An older Node hands over to the one that `npm ci` has put beside this file, and ends as that one ends. */
function startByOwnNode() {
  const node = pathOf(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`)
  if (!existsSync(node)) {
    console.error(
      `error: This needs Node.js 22.18 or newer, not ${process.version}. Install one, or run npm ci in ${pathOf('../..')}, which brings it.`,
    )
    process.exit(1)
  }
  const child = spawn(node, [pathOf(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // Ctrl+C at a terminal reaches both, and a second signal would cut what the first one lets finish.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
