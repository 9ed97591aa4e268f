import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { bare } from '../child.ts'

export interface Command {
  args: string[]
  env: Record<string, string | undefined>
  /** What it reads. */
  input: string
}

/** A process for the commands of a test file, which would take ten times as long with one for each. */
export function openOperator() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'operator.child.ts')], { env: bare })
  const ended = once(child, 'close')
  let last: Promise<unknown> = Promise.resolve()

  async function next(command: Command) {
    const outputs = Promise.all([outputOf(child.stdout), outputOf(child.stderr)])
    child.stdin.write(`${JSON.stringify(command)}\n`)
    const broken = ended.then(() => Promise.reject(new Error('The process of the operator ended.')))
    const [{ text, code }, { text: complaints }] = await Promise.race([outputs, broken])
    return { code, output: text + complaints }
  }

  return {
    /** Runs a command when the one before has ended. */
    run(command: Command): ReturnType<typeof next> {
      const result = last.then(() => next(command))
      last = result.catch(() => {})
      return result
    },
    async close(): Promise<void> {
      child.stdin.end()
      await ended
    },
  }
}

/** What comes out until a command has ended. */
function outputOf(stream: Readable): Promise<{ text: string; code: number }> {
  return new Promise((done) => {
    let text = ''
    const read = (chunk: Buffer) => {
      text += chunk
      const [end, code] = /^exit (\d+)\n$/m.exec(text) ?? []
      if (end === undefined) return
      stream.off('data', read)
      done({ text: text.slice(0, -end.length), code: Number(code) })
    }
    stream.on('data', read)
  })
}
