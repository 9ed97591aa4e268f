// Runs commands one after the other, so that what all of them load is loaded once. Each comes as a line of JSON on standard
// input; the last line that it prints on either output has its exit code.
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
    // A module of its own each time, so that it runs; what it imports is there already.
    await import(`../../../src/cli/main.ts?run=${++count}`)
  } catch (error) {
    if (!(error instanceof Exit)) {
      process.exitCode = 1
      console.error(error)
    }
  }
  for (const output of [process.stdout, process.stderr]) output.write(`exit ${process.exitCode}\n`)
}
