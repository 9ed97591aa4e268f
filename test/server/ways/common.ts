import { type Arrangement, type Arrangements, tokenOf } from '../cases.ts'

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Limits are told by their name; 0 refuses the first call, be it with a credential from before. */
export const limitedTo0 =
  (email: string, ...names: string[]): Arrangement =>
  async (sandbox) => {
    const token = await tokenOf(sandbox, email)
    const limits = Object.fromEntries(names.map((name) => [name, { max: 0, windowSeconds: 60 }]))
    await sandbox.control('settings', { limits })
    return bearer(token)
  }

/** Settings that lead to an answer. */
export const having =
  (settings: object): Arrangement =>
  async (sandbox) => {
    await sandbox.control('settings', settings)
    return undefined
  }

/** Production rejects common passwords, a sandbox only when it is told to. */
export const rejectingCommonPasswords = having({ passwords: { refuseCommon: true } })

/** What somebody holds whose account is changed meanwhile. */
export const changed =
  (email: string, change: object): Arrangement =>
  async (sandbox) => {
    const token = await tokenOf(sandbox, email)
    await sandbox.control('settings', { users: [{ user: email, ...change }] })
    return bearer(token)
  }

/** A token that was good before. */
export const after =
  (email: string, advanceSeconds: number): Arrangement =>
  async (sandbox) => {
    const token = await tokenOf(sandbox, email)
    await sandbox.control('clock', { advanceSeconds })
    return bearer(token)
  }

/** What only a fault brings about. */
export const injected: Arrangement = async (sandbox, { operationId, status, name }) => {
  await sandbox.control('faults', { operationId, status, example: name })
  return undefined
}

/** What works alike everywhere. */
export const common: Arrangements = {
  malformedJson: async () => ({ text: '{' }),
  wrongMediaType: async () => ({ headers: { 'content-type': 'text/plain' } }),
  unsupportedMediaType: async () => ({ headers: { 'content-type': 'text/plain' } }),
  // Announced is enough, with any method.
  tooLarge: async () => ({ headers: { 'content-length': '65537' } }),
  internalError: injected,
  unavailable: injected,
  missingToken: async () => ({ headers: { authorization: undefined } }),
  invalidToken: async () => bearer('eyJhbGciOiJIUzI1NiJ9.e30.AAAA'),
}
