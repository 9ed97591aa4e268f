import { startDemo } from '../app.ts'
import { signUpFields } from '../demo.ts'
import * as auth from './auth.ts'
import { createPasskeySection } from './passkey-section.ts'

startDemo({
  accounts: [
    { name: 'Mary', email: 'mary.major@example.com', password: 'harbour lights at nine' },
    { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' },
  ],
  expiry: { what: 'access token', seconds: 3601, label: '1 hour', renewalPath: '/api/auth/refresh' },
  tokens: auth.bedrud.tokens,
  signIn: auth.signIn,
  others: [
    {
      code: ['signInWithPasskey', 'signInAsGuest'],
      actions: [
        { label: 'Sign in with a passkey', run: auth.signInWithPasskey },
        { label: 'Continue as a guest', run: () => auth.signInAsGuest('Sam') },
      ],
      note: 'Add a passkey after you have signed in another way.',
    },
    {
      code: ['signInWithProvider'],
      actions: (['google', 'github', 'twitter'] as const).map((provider) => ({
        label: `Continue with ${{ google: 'Google', github: 'GitHub', twitter: 'Twitter' }[provider]}`,
        run: () => auth.signInWithProvider(provider),
        onNothing: 'The sign-in was denied, failed, took over 5 minutes, or its window was closed.',
      })),
      note: 'A new window simulates the provider. If you deny, it shows the error of the API: close it.',
    },
  ],
  signUp: {
    fields: () => signUpFields('Robin Reed'),
    run: ({ email = '', password = '', name = '' }) => auth.signUp(email, password, name),
  },
  signOut: auth.signOut,
  user: {
    load: auth.getUser,
    code: 'getUser',
    loadLabel: 'Load the user again',
    loaded: 'The user is up to date.',
    heading: ({ name }) => `Hello, ${name}`,
    rows: ({ email, provider }) => [
      ['Email', email || 'none'],
      ['Signed in with', provider],
    ],
    sections: (app) => [createPasskeySection(app)],
  },
})
