import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ProjectCall, ProjectReply } from './project.worker.ts'

/** A running instance of a project. */
export interface Project {
  /**
   * Calls an exported function of `app.ts`.
   * @throws {ProjectError} if the function throws, is missing or does not finish
   */
  call: <Result = unknown>(name: string, ...args: unknown[]) => Promise<Result>
  /** Everything that the project has printed so far. */
  output: () => string
  close: () => Promise<void>
}

/** A failure of the project. Its message is a sentence for the author of the project. */
class ProjectError extends Error {
  override name = 'ProjectError'

  /** @param reason the message of the error that the project threw, or another cause */
  constructor(called: string, reason: string) {
    super(`${called}() failed: ${reason}`)
  }
}

/** For one call, in milliseconds. */
const timeLimit = 15_000

/**
 * Loads `app.ts` of a project in a thread, so that an endless loop, a `process.exit()` or a changed global
 * of the project cannot disturb the grader, which the project cannot see either.
 * @param folder the folder of the project
 * @param env the only environment variables of the project
 */
export function openProject(folder: string, env: Record<string, string>): Project {
  const worker = new Worker(new URL('./project.worker.ts', import.meta.url), {
    workerData: pathToFileURL(join(folder, 'app.ts')).href,
    env,
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  const calls = new Map<number, { name: string; resolve: (value: unknown) => void; reject: Reject }>()
  let output = ''
  let ended: string | undefined
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })

  function end(reason: string): void {
    ended ??= reason
    for (const { name, reject } of calls.values()) reject(new ProjectError(name, ended))
    calls.clear()
  }
  worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)))
  worker.on('messageerror', () => end('the result is not plain data'))
  worker.on('exit', () => end('the project has ended its process'))
  worker.on('message', (reply: ProjectReply) => {
    const call = calls.get(reply.id)
    calls.delete(reply.id)
    if ('error' in reply) call?.reject(new ProjectError(call.name, reply.error))
    else call?.resolve(reply.value)
  })

  let lastId = 0
  function call<Result>(name: string, ...args: unknown[]): Promise<Result> {
    if (ended !== undefined) return Promise.reject(new ProjectError(name, ended))
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    calls.set(id, { name, resolve, reject })
    worker.postMessage({ id, name, args } satisfies ProjectCall)
    const timer = setTimeout(() => {
      calls.delete(id)
      reject(new ProjectError(name, `it did not finish within ${timeLimit / 1000} seconds`))
    }, timeLimit)
    return promise.finally(() => clearTimeout(timer)) as Promise<Result>
  }

  return {
    call,
    output: () => output,
    async close() {
      await worker.terminate()
    },
  }
}

type Reject = (error: ProjectError) => void
