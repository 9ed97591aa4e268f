import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { type StartedSandbox, type StartOptions, startSandbox } from '../../src/testing/index.ts'

/** Starts a sandbox that is stopped after the test. */
export async function start<Name extends VariantName>(
  name: Name,
  options: StartOptions = {},
): Promise<StartedSandbox<Name>> {
  const sandbox = await startSandbox(name, options)
  onTestFinished(() => sandbox.stop())
  return sandbox
}
