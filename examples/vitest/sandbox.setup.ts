import { startSandbox } from 'auth-contracts/testing'
import type { TestProject } from 'vitest/node'

/** Starts one sandbox for all test files. */
export default async function startSandboxForTests({ provide }: TestProject) {
  const sandbox = await startSandbox('bkend')
  provide('sandboxUrl', sandbox.url)
  return sandbox.stop
}

declare module 'vitest' {
  export interface ProvidedContext {
    sandboxUrl: string
  }
}
