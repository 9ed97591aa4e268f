import { type Arrangements, signInAs } from '../cases.ts'

export const bedrud: Arrangements = {
  'refreshTokens ok': async (sandbox) => {
    const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
    return { body: { refreshToken } }
  },
  // Cases leave optional parameters out, and this one is a cookie that browsers send.
  'finishOAuth ok': async () => ({
    headers: { cookie: 'bedrud_session=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
  }),
}
