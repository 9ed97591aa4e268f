import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../common/user-error.ts'
import { NotExercisedError } from './test-case.ts'
import type { Hooks } from './world/hooks.ts'

/** The type of each hook. */
const kinds: Record<keyof Hooks, 'function' | 'object' | 'boolean' | 'string'> = {
  email: 'function',
  credentials: 'object',
  latestMail: 'function',
  advanceClock: 'function',
  decideConsent: 'function',
  changeUser: 'function',
  changeSettings: 'function',
  injectFault: 'function',
  origin: 'string',
  providers: 'object',
  secondFactorUser: 'object',
  hasExampleData: 'boolean',
  before: 'function',
  after: 'function',
}

/**
 * Imports the hooks of a file. TypeScript works, because Node strips the types.
 * @throws {UserError} if the file is missing, fails, or exports anything but hooks
 */
export async function loadHooks(file: string): Promise<Hooks> {
  const path = resolve(file)
  if (!existsSync(path)) throw new UserError(`${file}: no such file or folder. Check the path.`)
  const module = await import(pathToFileURL(path).href).catch((error: Error) => {
    const [reason] = `${error.message ?? error}`.split('\n')
    throw new UserError(`${file} cannot be loaded: ${reason?.replace(/\.$/, '')}.`, { cause: error })
  })
  const hooks: unknown = module.default
  if (typeof hooks !== 'object' || hooks === null)
    throw new UserError(`${file} has no hooks. Write: export default { async latestMail() { … } }`)
  for (const [name, hook] of Object.entries(hooks)) {
    const kind = kinds[name as keyof Hooks]
    if (kind === undefined)
      throw new UserError(`${file}: "${name}" is not a hook. Hooks are: ${Object.keys(kinds).join(', ')}.`)
    if (hook !== undefined && (typeof hook !== kind || hook === null))
      throw new UserError(`${file}: "${name}" must be ${kind === 'object' ? 'an' : 'a'} ${kind}.`)
  }
  return hooks
}

/**
 * Makes errors of hooks readable. A failed hook does not end the run: its tests are not exercised. Only
 * `before` ends it, because the server is not prepared.
 * @param warn is called when `after` failed, so that the results are not lost
 */
export function guardHooks(hooks: Hooks, warn: (message: string) => void): Hooks {
  const { email } = hooks
  const guarded = Object.entries(hooks).map(([name, hook]) => {
    if (name === 'email' && email) return [name, guardEmail(email)]
    if (typeof hook !== 'function') return [name, hook]
    const call = async (...parameters: unknown[]) => {
      try {
        return await (hook as (...parameters: unknown[]) => unknown).apply(hooks, parameters)
      } catch (error) {
        if (error instanceof NotExercisedError) throw error
        const message = `The hook ${name} failed: ${describe(error)}`
        if (name === 'before') throw new UserError(message, { cause: error })
        if (name !== 'after') throw new NotExercisedError(message)
        warn(message)
      }
    }
    return [name, call]
  })
  return Object.fromEntries(guarded)
}

/** The only hook whose result users write by hand, and that must not be asynchronous. */
function guardEmail(email: NonNullable<Hooks['email']>): NonNullable<Hooks['email']> {
  return (about) => {
    let result: unknown
    try {
      result = email(about)
    } catch (error) {
      throw new NotExercisedError(`The hook email failed: ${describe(error)}`)
    }
    if (typeof result === 'string' && result.includes('@')) return result
    throw new NotExercisedError(
      `The hook email returned ${result instanceof Promise ? 'a promise' : JSON.stringify(result)}, not an email.`,
    )
  }
}

/** `fetch` hides the reason of a failed connection in `cause`. */
function describe(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : `${message ?? error}`
}
