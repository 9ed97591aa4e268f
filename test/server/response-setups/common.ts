import { accessTokenOf, type Setup, type Setups } from '../cases.ts'

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Sets limits to 0, which rejects the first call. The token is issued before. */
export const withZeroLimits =
  (email: string, ...names: string[]): Setup =>
  async (sandbox) => {
    const token = await accessTokenOf(sandbox, email)
    const limits = Object.fromEntries(names.map((name) => [name, { max: 0, windowSeconds: 60 }]))
    await sandbox.control('settings', { limits })
    return bearer(token)
  }

/** Changes settings first. */
export const withSettings =
  (settings: object): Setup =>
  async (sandbox) => {
    await sandbox.control('settings', settings)
    return undefined
  }

/** Rejects common passwords, as production does by default. */
export const withoutCommonPasswords = withSettings({ passwords: { refuseCommon: true } })

/** Uses a token that was issued before a change of the account. */
export const afterUserChange =
  (email: string, change: object): Setup =>
  async (sandbox) => {
    const token = await accessTokenOf(sandbox, email)
    await sandbox.control('settings', { users: [{ user: email, ...change }] })
    return bearer(token)
  }

/** Uses a token that was issued before the clock was advanced. */
export const afterSeconds =
  (email: string, advanceSeconds: number): Setup =>
  async (sandbox) => {
    const token = await accessTokenOf(sandbox, email)
    await sandbox.control('clock', { advanceSeconds })
    return bearer(token)
  }

/** Injects the response as a fault, because no request can cause it. */
export const byFault: Setup = async (sandbox, { operationId, status, name }) => {
  await sandbox.control('faults', { operationId, status, example: name })
  return undefined
}

/** Setups for all APIs. */
export const common: Setups = {
  malformedJson: async () => ({ text: '{' }),
  wrongMediaType: async () => ({ headers: { 'content-type': 'text/plain' } }),
  unsupportedMediaType: async () => ({ headers: { 'content-type': 'text/plain' } }),
  // The Content-Length is checked before the body, with any method.
  tooLarge: async () => ({ headers: { 'content-length': '65537' } }),
  internalError: byFault,
  unavailable: byFault,
  missingToken: async () => ({ headers: { authorization: undefined } }),
  invalidToken: async () => bearer('eyJhbGciOiJIUzI1NiJ9.e30.AAAA'),
}
