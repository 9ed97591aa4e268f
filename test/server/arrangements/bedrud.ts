import { type Arrangements, signInAs } from '../cases.ts'

export const bedrud: Arrangements = {
  // Nobody has signed the tokens of the examples.
  'refreshTokens ok': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
    return { body: { refreshToken } }
  },
  'finishOAuth ok': async () => ({ headers: { cookie: 'bedrud_session=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' } }),
  'finishOAuth wrongState': async () => ({
    headers: { cookie: 'bedrud_session=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
  }),
}
