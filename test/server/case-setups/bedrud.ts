import { type Setups, signInAs } from '../cases.ts'

export const bedrud: Setups = {
  'refreshTokens ok': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
    return { body: { refreshToken } }
  },
  // The contract does not declare cookies that browsers send by themselves.
  'finishOAuth ok': async () => ({
    headers: { cookie: 'bedrud_oauth_1794b1a988ec=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
  }),
}
