import { type Setups, signInAs } from '../cases.ts'

export const bedrud: Setups = {
  'refreshTokens ok': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
    return { body: { refreshToken } }
  },
  // Cases omit optional parameters, but this one is a cookie that browsers send.
  'finishOAuth ok': async () => ({
    headers: { cookie: 'bedrud_session=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
  }),
}
