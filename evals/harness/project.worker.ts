import { parentPort, workerData } from 'node:worker_threads'

/** A call of an exported function. */
export interface ProjectCall {
  id: number
  name: string
  args: unknown[]
}

/** The result of a call, or the message of its error. */
export type ProjectReply = { id: number } & ({ value: unknown } | { error: string })

const loaded: Promise<Record<string, unknown>> = import(workerData)
// The first call reports a module that cannot be loaded.
loaded.catch(() => {})

parentPort?.on('message', async ({ id, name, args }: ProjectCall) => {
  try {
    const called = (await loaded)[name]
    if (typeof called !== 'function') throw new Error(`the module exports no function of this name`)
    reply({ id, value: await called(...args) })
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) })
  }
})

function reply(message: ProjectReply): void {
  parentPort?.postMessage(message)
}
