import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { VariantName } from '../../generated/index.ts'

const root = resolve(import.meta.dirname, '../..')

/**
 * Runs all workflows of an Arazzo document. Returns the names of the steps that failed.
 * @throws {Error} if the command fails without a failed step
 */
export async function failedSteps(variant: VariantName, url: string): Promise<string[]> {
  const run = randomBytes(4).toString('hex')
  const inputs = {
    run,
    email: `email-sign-in-${run}@example.org`,
    password: 'nanoseconds-of-wire-30',
    newPassword: 'sketch-of-the-engine-4',
    apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    name: 'Guest of Arazzo',
    organizationName: 'Works of Arazzo',
  }
  const { failed, output } = await redocly([
    ...['respect', `openapi/${variant}/flows.arazzo.yaml`],
    ...['-S', `${variant}=${url}`, '-S', `controls=${url}`],
    ...Object.entries(inputs).flatMap(([name, value]) => ['-i', `${name}=${value}`]),
  ])
  const steps = [...output.matchAll(/✗ \w+ \S+ - step (\w+)/g)].map(([, step = '']) => step)
  if (failed !== steps.length > 0) throw new Error(`The command and its output disagree:\n${output}`)
  return steps
}

/** Runs Redocly in the root of the repository. */
export function redocly(args: string[]): Promise<{ failed: boolean; output: string }> {
  const command = [join(root, 'node_modules/@redocly/cli/bin/cli.js'), ...args]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off' }
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    )
  })
}
