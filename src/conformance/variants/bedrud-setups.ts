import { afterConsent, afterConsentOfPasswordUser, createOAuthAccount, decideSignIn } from '../world/oauth.ts'
import type { Setup } from '../world/setup.ts'
import {
  afterChange,
  afterSeconds,
  asRole,
  byFault,
  withCommonPasswordsRefused,
  withoutAllowance,
  withoutHeaders,
  withSettings,
  withToken,
} from '../world/setups.ts'
import type { Account, Stage } from '../world/stage.ts'
import { ada, lin, mary } from './bedrud-cast.ts'
import { post, registerPasskey, registration, signIn, signUp } from './bedrud-passkeys.ts'

const closed = { registration: 'closed' }
const inviteOnly = { registration: 'inviteOnly' }
const challengeSeconds = 5 * 60

/** Sends the refresh token of an account after `act`. */
const refreshTokenAfter = (act: (stage: Stage, account: Account) => Promise<unknown>): Setup => ({
  needsNoPeople: true,
  async run(stage) {
    const account = await stage.createAccount()
    await act(stage, account)
    return { body: { refreshToken: account.refresh } }
  },
})

const change =
  (status: 'deleted' | 'disabled') =>
  (stage: Stage, { email }: { email: string }) =>
    stage.hook('changeUser')(email, { status })

/** Sends the body with an invitation that does not exist. */
const unknownInvitation = withSettings(inviteOnly, {
  needsNoPeople: true,
  run: async (stage, { body }) => ({
    body: { ...(body as object), email: stage.newPerson().email, inviteToken: 'inv_unknown' },
  }),
})

/** Sends the credential of an existing passkey again. */
const takenPasskey = async (stage: Stage) => {
  const { access } = await stage.createAccount()
  const { credentialId } = await registerPasskey(stage, { authorization: `Bearer ${access}` })
  return { credentialId }
}

export const setups: Record<string, Setup> = {
  'refreshTokens ok': {
    needsNoPeople: true,
    run: async (stage) => ({ body: { refreshToken: (await stage.play(mary)).refresh } }),
  },
  'signOut ok': { run: async (stage) => ({ body: { refreshToken: (await stage.play(mary)).refresh } }) },
  rateLimited: withoutAllowance(),
  commonPassword: {
    ...withCommonPasswordsRefused,
    async run(stage, parts, about) {
      await withCommonPasswordsRefused.run(stage, parts, about)
      return { body: { ...stage.newPerson(), password: 'password123' } }
    },
  },
  registrationDisabled: withSettings(closed),
  inviteRequired: withSettings(inviteOnly),
  inviteInvalid: unknownInvitation,
  guestsDisabled: withSettings({ guests: false }),
  'getSettings inviteOnly': withSettings({
    ...inviteOnly,
    guests: false,
    passkeys: false,
    providers: { google: 'unconfigured', github: 'unconfigured', twitter: 'unconfigured' },
  }),
  guest: {
    needsNoPeople: true,
    run: async (stage, parts) =>
      withToken(parts, (await post(stage, 'guest-login', { name: 'Guest User' })).accessToken),
  },
  noAvatar: asRole(ada),
  google: asRole(lin),
  expiredToken: afterSeconds(mary, 3601),
  userDeleted: afterChange({ status: 'deleted' }),
  deactivated: afterChange({ status: 'disabled' }),
  cookieOnly: {
    needsNoPeople: true,
    async run(stage, parts) {
      const { access } = await stage.play(mary)
      return {
        headers: { ...withoutHeaders(parts, 'authorization').headers, cookie: `access_token=${access}` },
      }
    },
  },
  'refreshTokens expiredToken': {
    ...refreshTokenAfter((stage) => stage.hook('advanceClock')(604_801)),
    isExclusive: true,
  },
  rotatedToken: refreshTokenAfter((stage, { refresh }) => post(stage, 'refresh', { refreshToken: refresh })),
  supersededToken: refreshTokenAfter((stage, account) => stage.signIn(account)),
  signedOut: refreshTokenAfter((stage, { access, refresh }) =>
    post(stage, 'logout', { refreshToken: refresh }, { authorization: `Bearer ${access}` }),
  ),
  'refreshTokens userDeleted': refreshTokenAfter(change('deleted')),
  'refreshTokens deactivated': refreshTokenAfter(change('disabled')),
  'finishOAuth ok': afterConsent(),
  // With a frontend, the callback redirects to its page.
  'finishOAuth 302': withSettings({ frontendUrl: 'http://localhost:3000' }, afterConsent()),
  'finishOAuth registrationDisabled': withSettings(closed, afterConsent()),
  'finishOAuth inviteRequired': withSettings(inviteOnly, afterConsent()),
  'finishOAuth emailTaken': afterConsentOfPasswordUser,
  'finishOAuth deactivated': {
    needsNoPeople: true,
    async run(stage, { path: { provider = '' } }) {
      const { email } = await createOAuthAccount(stage, provider, stage.newPerson())
      await stage.hook('changeUser')(email, { status: 'disabled' })
      return decideSignIn(stage, provider, { email })
    },
  },
  'finishOAuth providerFailed': withSettings({ providers: { google: 'failing' } }, afterConsent()),
  'startOAuth providerFailed': byFault,
  declined: afterConsent({ decision: 'deny' }),
  missingSession: {
    needsNoPeople: true,
    async run(stage, { path: { provider = '' }, ...parts }) {
      const { query } = await decideSignIn(stage, provider)
      return { query, ...withoutHeaders({ path: {}, ...parts }, 'cookie') }
    },
  },
  missingEmail: afterConsent({ emailVerified: false }),
  passkeysDisabled: withSettings({ passkeys: false }),
  anotherPasskey: {
    needsNoPeople: true,
    async run(stage, parts) {
      const { access } = await stage.createAccount()
      await registerPasskey(stage, { authorization: `Bearer ${access}` })
      return withToken(parts, access)
    },
  },
  'finishPasskeyRegistration ok': registration(),
  'finishPasskeyRegistration credentialJson': registration(),
  'finishPasskeyRegistration olderSpelling': registration(),
  'finishPasskeyRegistration otherSite': registration({ overrides: { origin: 'https://bedrud.example' } }),
  'finishPasskeyRegistration passkeyTaken': registration({ overrides: takenPasskey }),
  'finishPasskeyRegistration expiredChallenge': registration({
    isExclusive: true,
    act: (stage) => stage.hook('advanceClock')(challengeSeconds + 1),
  }),
  'finishPasskeySignIn ok': signIn(),
  'finishPasskeySignIn credentialJson': signIn(),
  'finishPasskeySignIn olderSpelling': signIn(),
  'finishPasskeySignIn unknownPasskey': signIn(),
  'finishPasskeySignIn wrongSignature': signIn(),
  'finishPasskeySignIn clonedPasskey': signIn({ overrides: { counter: 40 } }),
  'finishPasskeySignIn deactivated': signIn({ overrides: {}, act: change('disabled') }),
  'finishPasskeySignIn expiredChallenge': signIn({
    isExclusive: true,
    act: (stage) => stage.hook('advanceClock')(challengeSeconds + 1),
  }),
  'finishPasskeySignUp ok': signUp(),
  'finishPasskeySignUp credentialJson': signUp(),
  'finishPasskeySignUp olderSpelling': signUp(),
  'finishPasskeySignUp otherSite': signUp({ overrides: { origin: 'https://bedrud.example' } }),
  'finishPasskeySignUp passkeyTaken': signUp({ overrides: takenPasskey }),
  'finishPasskeySignUp expiredChallenge': signUp({
    isExclusive: true,
    act: (stage) => stage.hook('advanceClock')(challengeSeconds + 1),
  }),
  'finishPasskeySignUp registrationDisabled': signUp({
    isExclusive: true,
    act: (stage) => stage.changeSettings(closed),
  }),
  'finishPasskeySignUp inviteRequired': signUp({
    isExclusive: true,
    act: (stage) => stage.changeSettings(inviteOnly),
  }),
  'finishPasskeySignUp inviteInvalid': signUp({
    isExclusive: true,
    form: { inviteToken: 'inv_unknown' },
    act: (stage) => stage.changeSettings(inviteOnly),
  }),
  'finishPasskeySignUp emailTaken': signUp({
    act: (stage, { email }) => stage.createAccount({ email }),
  }),
}
