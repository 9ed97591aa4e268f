import { startDemo } from '../app.ts'
import { codeAt } from '../authenticator.ts'
import { type App, type Screen, type Section, signUpFields } from '../demo.ts'
import { create, createAction, createForm, createLink } from '../elements.ts'
import { createInboxLink } from '../inbox-link.ts'
import { readClock } from '../sandbox.ts'
import * as auth from './auth.ts'

/** The seeded user with two-factor authentication. */
const tomas = { email: 'tomas@example.com', secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }

startDemo({
  accounts: [
    { name: 'Mina', email: 'user@example.com', password: 'password123' },
    { name: 'Tomas', email: tomas.email, password: 'granite-meadow-23', note: 'two-factor' },
  ],
  expiry: { what: 'access token', seconds: 3601, label: '1 hour', renewalPath: '/v1/auth/refresh' },
  tokens: auth.bkend.tokens,
  signIn: auth.signIn,
  secondStep(app, error, email, password) {
    const { code } = (error as { error?: { code?: string } }).error ?? {}
    return code === 'auth/mfa-required' ? codeScreen(app, email, password) : undefined
  },
  others: [
    {
      code: ['signInWithProvider'],
      actions: (['google', 'github'] as const).map((provider) => ({
        label: `Continue with ${{ google: 'Google', github: 'GitHub' }[provider]}`,
        async run() {
          const start = await auth.signInWithProvider(provider)
          // On success, the browser is leaving the page.
          return start.data ? undefined : start
        },
      })),
    },
  ],
  signUp: {
    fields: () => signUpFields('Ada Park'),
    run: ({ email = '', password = '', name = '' }) => auth.signUp(email, password, name),
  },
  signOut: auth.signOut,
  user: {
    load: auth.getUser,
    code: 'getUser',
    loadLabel: 'Load the user again',
    loaded: 'The user is up to date.',
    heading: ({ name }) => `Hello, ${name}`,
    rows: ({ email, emailVerified, role }) => [
      ['Email', email],
      ['Email verified', emailVerified ?? 'not yet'],
      ['Role', role],
    ],
    sections: (app, { email, emailVerified }) => (emailVerified ? [] : [verifySection(app, email)]),
  },
  start: auth.finishSignIn,
})

function verifySection(app: App, email: string): Section {
  const send = createAction({ label: 'Mail the code', run: () => auth.sendVerification(email) }, () =>
    app.show(mailScreen(app, email)),
  )
  return {
    heading: 'Verify your email',
    code: ['sendVerification'],
    content: [create('p', {}, 'The API mails nothing at sign-up. Ask for the mail.'), send],
  }
}

function mailScreen(app: App, email: string): Screen {
  return {
    heading: 'Check your mail',
    code: ['verifyEmail'],
    content: [
      create('p', {}, `A mail to ${email} has a code. Copy it from the inbox: `, createInboxLink()),
      createForm({
        fields: [{ name: 'code', label: 'Code', autocomplete: 'one-time-code' }],
        submit: 'Verify the email',
        run: ({ code = '' }) => auth.verifyEmail(email, code.trim()),
        done: () => app.showUser('Your email is verified.'),
      }),
      create(
        'div',
        { className: 'links' },
        createLink('Later', () => void app.showUser()),
      ),
    ],
  }
}

function codeScreen(app: App, email: string, password: string): Screen {
  const form = createForm({
    fields: [{ name: 'code', label: 'Code of your authenticator app', autocomplete: 'one-time-code' }],
    submit: 'Sign in',
    run: ({ code }) => auth.signIn(email, password, code),
    done: () => app.showUser('Signed in.'),
  })
  const showCode = createAction(
    {
      label: 'Show the code of Tomas’s app',
      async run() {
        const input = form.querySelector('input')
        if (input) input.value = await codeAt(tomas.secret, await readClock('/sandbox/bkend'))
        return undefined
      },
    },
    () => {},
  )
  return {
    heading: 'Two-factor authentication',
    code: ['signIn'],
    content: [
      form,
      ...(email === tomas.email ? [showCode] : []),
      create(
        'div',
        { className: 'links' },
        createLink('Back', () => app.showSignIn()),
      ),
    ],
  }
}
