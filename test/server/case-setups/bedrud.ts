import { type Setups, signInAs } from '../cases.ts'

export const bedrud: Setups = {
  'refreshTokens ok': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
    return { body: { refreshToken } }
  },
}
