import {
  afterConsent,
  afterConsentOfPasswordUser,
  afterStart,
  createOAuthAccount,
  decideSignIn,
  startSignIn,
} from '../world/oauth.ts'
import type { Setup } from '../world/setup.ts'
import {
  afterChange,
  afterSeconds,
  asRole,
  byFault,
  tokenSetup,
  withCommonPasswordsRefused,
  withoutAllowance,
  withoutHeaders,
  withoutQuery,
  withSettings,
  withToken,
} from '../world/setups.ts'
import { hana, leo, mailedResetToken, mailedVerificationToken, mina, ruben, sora } from './bkend-cast.ts'
import {
  afterUpload,
  afterWrongPasswords,
  alreadyVerified,
  expiredMailToken,
  pixel,
  refreshTokenAfter,
  tooManyMails,
  withKey,
} from './bkend-setup-kinds.ts'

const day = 24 * 60 * 60

const unconfigured = { providers: { google: 'unconfigured' } }

export const setups: Record<string, Setup> = {
  'signUp weakPassword': withCommonPasswordsRefused,
  'confirmPasswordReset weakPassword': withCommonPasswordsRefused,
  'changePassword weakPassword': withCommonPasswordsRefused,
  'sendVerificationEmail alreadyVerified': alreadyVerified,
  'resendVerificationEmail alreadyVerified': alreadyVerified,
  'verifyEmail alreadyVerified': alreadyVerified,
  'verifyEmail expiredMailToken': expiredMailToken(mailedVerificationToken),
  'confirmPasswordReset expiredMailToken': expiredMailToken(mailedResetToken),
  'finishOAuth ok': afterConsent(),
  'finishOAuth newUser': afterConsent(),
  'finishOAuth accessDenied': afterConsent({ decision: 'deny' }),
  'finishOAuth invalidCode': afterStart('4/0AX-unknown'),
  'finishOAuth accountBanned': {
    needsNoPeople: true,
    async run(stage, { path: { provider = '' } }) {
      const { email } = await createOAuthAccount(stage, provider, stage.newPerson())
      await stage.hook('changeUser')(email, { status: 'disabled' })
      return decideSignIn(stage, provider, { email })
    },
  },
  'finishOAuth otherMethod': afterConsentOfPasswordUser,
  'exchangeOAuthCode foreignState': {
    needsNoPeople: true,
    async run(stage, { body }) {
      const { query } = await startSignIn(stage, 'github')
      return { body: { ...(body as object), ...query } }
    },
  },
  'refreshTokens reusedRefreshToken': refreshTokenAfter(async ({ adapter, send }, { refresh }) => {
    if (adapter?.refresh) await send(adapter.refresh(refresh ?? ''))
  }),
  'refreshTokens expiredSession': {
    ...refreshTokenAfter((stage) => stage.hook('advanceClock')(7 * day + 1)),
    isExclusive: true,
  },
  'refreshTokens userDeleted': refreshTokenAfter((stage, { email }) =>
    stage.hook('changeUser')(email, { status: 'deleted' }),
  ),
  'updateUserAvatar ok': afterUpload(pixel),
  rateLimited: withoutAllowance('requests'),
  missingKey: {
    needsNoPeople: true,
    run: async (_, parts) => withoutHeaders(parts, 'x-api-key', 'authorization'),
  },
  malformedKey: withKey('{pk_publishable_key}'),
  unknownKey: withKey(`pk_${'0'.repeat(64)}`),
  revokedKey: withKey('pk_dead0000beef0000dead0000beef0000dead0000beef0000dead0000beef0000'),
  expiredKey: withKey('pk_2025000000002025202500000000202520250000000020252025000000002025'),
  emailNotVerified: withSettings(
    { requireVerifiedEmail: true },
    {
      async run(stage) {
        const { email, password } = await stage.play(ruben)
        return { body: { method: 'password', email, password } }
      },
    },
  ),
  tooManyAttempts: afterWrongPasswords({ failuresByAddress: { max: 1, windowSeconds: 60 } }),
  accountLocked: afterWrongPasswords({
    failuresByAddress: null,
    failuresByAccount: { max: 1, windowSeconds: 60 },
  }),
  tooManyMails,
  unverified: asRole(ruben),
  oauthUser: asRole(leo),
  noPassword: asRole(leo),
  admin: asRole(hana),
  malformedToken: tokenSetup('not.a-token'),
  expiredToken: afterSeconds(mina, 3601),
  wrongProject: {
    async run(stage, parts) {
      const { headers } = withToken(parts, (await stage.play(mina)).access)
      const key = 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567'
      return { headers: { ...headers, 'x-api-key': key } }
    },
  },
  userDeleted: afterChange({ status: 'deleted' }),
  providerNotConfigured: withSettings(unconfigured),
  'finishOAuth providerNotConfigured': withSettings(unconfigured, afterStart('4/0AX-leo')),
  // Deleting the account also deletes the mailed token, so only a fault can cause this response.
  accountDeleted: byFault,
  missingRedirect: withoutQuery('redirect'),
  missingState: withoutQuery('state'),
  missingCode: withoutQuery('code'),
  providerFailed: withSettings({ providers: { google: 'failing' } }),
  hiddenUser: withSettings(
    { publicProfiles: false },
    { run: async (stage) => ({ path: { userId: (await stage.play(sora)).id } }) },
  ),
  unknownUser: {
    async run(stage, parts) {
      const { access } = await stage.play(hana)
      return { ...withToken(parts, access), path: { userId: '00000000-0000-4000-8000-000000000000' } }
    },
  },
  notAnImage: afterUpload('<svg />'),
  // A server can reject a larger file at the upload.
  fileTooLarge: byFault,
  bucketNotConfigured: withSettings({ fileStorage: false }),
}

/** Two-factor authentication, API keys and authorization codes that no client can create. */
export const needsExampleData = [
  'signIn mfaRequired',
  'signIn wrongMfaCode',
  'exchangeOAuthCode ok',
  'exchangeOAuthCode newUser',
  'exchangeOAuthCode accountBanned',
  'exchangeOAuthCode otherMethod',
  'revokedKey',
  'expiredKey',
  'wrongProject',
]
