import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { VariantName } from '../../generated/index.ts'
import type { MockedSandbox } from '../../src/msw/index.ts'
import { servedNames } from '../support/served.ts'
import { mock } from './mocked.ts'

export const credentials = { email: 'kim@example.com', password: 'lantern-over-4-hills' }
export const person = { ...credentials, name: 'Kim' }

/** The life of an account with the client of an API: sign-up, mail, sign-in, expiry and refresh. */
export type Journey<Name extends VariantName> = (auth: MockedSandbox<Name>, baseUrl: string) => Promise<void>

const fileOf = (name: VariantName) => join(import.meta.dirname, '../variants', name, 'journey.ts')

/** The APIs with a journey, in `test/variants/<name>/journey.ts`. */
export const travelled = servedNames.filter((name) => existsSync(fileOf(name)))

/** Runs the journey of an API at a base URL. */
export async function takeJourney(name: VariantName, baseUrl: string): Promise<void> {
  const { journey } = (await import(fileOf(name))) as { journey: Journey<VariantName> }
  await journey(await mock(name, { baseUrl }), baseUrl)
}
