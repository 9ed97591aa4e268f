import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { adapters } from '../../src/testing/adapters/index.ts'
import { type StartedSandbox, type StartOptions, startSandbox } from '../../src/testing/index.ts'
import { servedAdapters } from '../support/served.ts'

/** The conformance adapters of the APIs that have an adapter of this package, too. */
export const testable = servedAdapters().filter(({ name }) => adapters[name])

/** Starts a sandbox that is stopped after the test. */
export async function start<Name extends VariantName>(
  name: Name,
  options: StartOptions = {},
): Promise<StartedSandbox<Name>> {
  const sandbox = await startSandbox(name, options)
  onTestFinished(() => sandbox.stop())
  return sandbox
}
