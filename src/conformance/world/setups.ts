import type { RequestParts } from '../packs/example-request.ts'
import type { Role } from './cast.ts'
import type { UserChange } from './hooks.ts'
import type { Setup } from './setup.ts'

/** Sends another bearer token. */
export const withToken = ({ headers }: RequestParts, token: string) => ({
  headers: { ...headers, authorization: `Bearer ${token}` },
})

/** Leaves headers out. */
export const withoutHeaders = ({ headers }: RequestParts, ...names: string[]) => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))),
})

/** Leaves a query parameter out. */
export const withoutQuery = (name: string): Setup => ({
  needsNoPeople: true,
  run: async (_, { query }) => ({
    query: Object.fromEntries(Object.entries(query).filter(([key]) => key !== name)),
  }),
})

/** Sends a token that no server has issued, or one of the example data. */
export const tokenSetup = (token: string): Setup => ({
  needsNoPeople: true,
  run: async (_, parts) => withToken(parts, token),
})

/** Sends the request as another person of the cast. */
export const asRole = (role: Role): Setup => ({
  run: async (stage, parts) => withToken(parts, (await stage.play(role)).access),
})

/** Sends a token that was issued before the clock was moved. */
export const afterSeconds = (role: Role, seconds: number): Setup => ({
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, parts) {
    const { access } = await stage.play(role)
    await stage.hook('advanceClock')(seconds)
    return withToken(parts, access)
  },
})

/** Moves the clock after the people of the example were created. */
export const later = (seconds: number): Setup => ({
  isExclusive: true,
  async run(stage) {
    await stage.hook('advanceClock')(seconds)
    return undefined
  },
})

/** Sends a token that was issued before its owner was changed. */
export const afterChange = (change: UserChange): Setup => ({
  needsNoPeople: true,
  async run(stage, parts) {
    const changeUser = stage.hook('changeUser')
    const { email, access } = await stage.createAccount()
    await changeUser(email, change)
    return withToken(parts, access)
  },
})

/** Changes settings after the people of the example were created. */
export const withSettings = (settings: Record<string, unknown>, more: Partial<Setup> = {}): Setup => ({
  isExclusive: true,
  ...more,
  async run(stage, parts, about) {
    const changed = await more.run?.(stage, parts, about)
    await stage.changeSettings(settings)
    return changed
  },
})

/** Rejects common passwords, as a server in production does. */
export const withCommonPasswordsRefused = withSettings({ passwords: { refuseCommon: true } })

/** Sets limits to 0, which rejects the first request. */
export const withoutAllowance = (...names: string[]): Setup => ({
  isExclusive: true,
  async run(stage, _, { operationId }) {
    const limited = names.length > 0 ? names : [operationId]
    const limits = Object.fromEntries(limited.map((name) => [name, { max: 0, windowSeconds: 60 }]))
    await stage.changeSettings({ rateLimits: true, limits })
    return undefined
  },
})

/** Injects the response, because no request causes it. The server does not look at the request. */
export const byFault: Setup = {
  isExclusive: true,
  needsNoPeople: true,
  async run(stage, _, { operationId, status, name }) {
    await stage.hook('injectFault')({ operationId, status, example: name })
    return undefined
  },
}

/** Setups for the examples that have the same name and meaning in all contracts. */
export const commonSetups: Record<string, Setup> = {
  internalError: byFault,
  unavailable: byFault,
  missingToken: { needsNoPeople: true, run: async (_, parts) => withoutHeaders(parts, 'authorization') },
  invalidToken: tokenSetup('eyJhbGciOiJIUzI1NiJ9.e30.AAAA'),
}
