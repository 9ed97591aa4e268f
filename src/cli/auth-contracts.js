#!/usr/bin/env node
// Plain JavaScript, so that a Node version without TypeScript support can run it and report what is missing.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))

if (process.features.typescript) await start()
else startWithInstalledNode()

async function start() {
  // Caches compiled code for the next start. If the folder is not writable, Node compiles again.
  module.enableCompileCache(pathOf('../../node_modules/.cache/auth-contracts'))
  await import('./main.ts')
}

/** Runs the command with the Node version that `npm ci` has installed, and exits with its status. */
function startWithInstalledNode() {
  const node = pathOf(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`)
  if (!existsSync(node)) {
    console.error(
      `error: auth-contracts needs Node.js 22.18 or newer, not ${process.version}. Install a newer one, or run npm ci in ${pathOf('../..')}.`,
    )
    process.exit(1)
  }
  // The channel tells the child when this process ends, even if it is killed.
  const child = spawn(node, [pathOf(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl+C to both processes. Forwarding it would cut off requests, as a second signal does.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  endWithParent(child)
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** Stops the child when npm has ended, which does not pass signals on. `parent.ts` does more, on Linux. */
function endWithParent(child) {
  if (!process.env.npm_command || process.ppid === 1) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    child.kill('SIGTERM')
  }, 1000)
  timer.unref()
}
