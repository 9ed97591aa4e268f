// Runs commands one after the other in one process, so that modules load only once. Each command is a line of
// JSON on standard input. After a command, both outputs get a line with its exit code.
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Command } from './operator.ts'

class Exit extends Error {}
process.exit = (code) => {
  if (code !== undefined) process.exitCode = code
  throw new Exit()
}

let count = 0
for await (const line of createInterface({ input: process.stdin })) {
  const { args, env, input }: Command = JSON.parse(line)
  process.env = env
  process.argv = [process.execPath, 'auth-contracts', ...args]
  process.exitCode = 0
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true })
  try {
    // The query makes a new module of it, so that it runs again. Its imports are cached.
    await import(`../../../src/cli/main.ts?run=${++count}`)
  } catch (error) {
    if (!(error instanceof Exit)) {
      process.exitCode = 1
      console.error(error)
    }
  }
  for (const output of [process.stdout, process.stderr]) output.write(`exit ${process.exitCode}\n`)
}
