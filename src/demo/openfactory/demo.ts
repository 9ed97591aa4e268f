import { createKeySection } from '../api-keys.ts'
import { startDemo } from '../app.ts'
import { type App, newEmail, type Screen, type Section, signUpFields } from '../demo.ts'
import { create, createForm, createLink } from '../elements.ts'
import { createInboxLink } from '../inbox-link.ts'
import * as auth from './auth.ts'

startDemo({
  accounts: [
    { name: 'Ada', email: 'ada@example.org', password: 'correct-horse-9', note: 'admin' },
    { name: 'Charles', email: 'charles@example.org', password: 'difference-no-2', note: 'member' },
  ],
  expiry: { what: 'session', seconds: 30 * 24 * 3600 + 1, label: '30 days', renewalPath: '/api/auth/signin' },
  tokens: auth.openfactory.tokens,
  signIn: auth.signIn,
  others: [
    {
      code: ['signInWithProvider'],
      actions: (['google', 'github'] as const).map((provider) => ({
        label: `Continue with ${{ google: 'Google', github: 'GitHub' }[provider]}`,
        run: () => auth.signInWithProvider(provider) ?? undefined,
      })),
    },
  ],
  links: (app) => [createLink('I forgot my password', () => app.show(requestScreen(app)))],
  signUp: {
    fields: () => [
      ...signUpFields('Grace Hopper'),
      { name: 'organization', label: 'Organization', value: 'Compiler Works', autocomplete: 'organization' },
    ],
    run: ({ email = '', password = '', name = '', organization = '' }) =>
      auth.signUp(email, password, name, organization),
  },
  signOut: auth.signOut,
  user: {
    load: auth.getSession,
    code: 'getSession',
    loadLabel: 'Load the user again',
    loaded: 'The user is up to date.',
    heading: ({ user }) => `Hello, ${user.name}`,
    rows: ({ user, organizationId, role }) => [
      ['Email', user.email],
      ['Organization', organizationId],
      ['Role', role],
    ],
    sections: async (app, { organizationId }) => [
      await keySection(app, organizationId),
      organizationSection(app, organizationId),
    ],
  },
  start: auth.finishSignIn,
  whenExpired: auth.whenExpired,
})

const keySection = (app: App, organizationId: string): Promise<Section> =>
  createKeySection(app, {
    code: ['createKey', 'listKeys', 'deleteKey'],
    async list() {
      const result = await auth.listKeys(organizationId)
      const keys = result.data?.apiKeys.map(({ id, name, keyPrefix }) => ({ id, name, preview: keyPrefix }))
      return { result, ...(keys && { keys }) }
    },
    async create(name) {
      const result = await auth.createKey(organizationId, name)
      return { result, key: result.data?.key }
    },
    revoke: (id) => auth.deleteKey(organizationId, id),
  })

function organizationSection(app: App, organizationId: string): Section {
  const invite = createForm({
    fields: [{ name: 'email', label: 'Email', type: 'email', value: newEmail('annie') }],
    submit: 'Invite a member',
    run: ({ email = '' }) => auth.inviteMember(organizationId, email),
    done: ({ email }) => app.announce(`The invitation to ${email} is in the inbox.`),
  })
  const accept = createForm({
    fields: [{ name: 'link', label: 'Link of an invitation to you' }],
    submit: 'Accept the invitation',
    async run({ link = '' }) {
      const result = await auth.acceptInvitation(tokenIn(link))
      const { organization, role } = result.data ?? {}
      if (organization) app.announce(`You are now a ${role} of ${organization.name}.`)
      return result
    },
    done: () => {},
  })
  return {
    heading: 'Organization',
    code: ['inviteMember', 'acceptInvitation'],
    content: [create('p', {}, 'Admins invite members by mail. ', createInboxLink()), invite, accept],
  }
}

function requestScreen(app: App): Screen {
  return {
    heading: 'Reset your password',
    code: ['requestReset'],
    content: [
      createForm({
        fields: [{ name: 'email', label: 'Email', type: 'email', autocomplete: 'username' }],
        submit: 'Mail a link',
        run: ({ email = '' }) => auth.requestReset(email),
        done: (_, data) => {
          app.show(resetScreen(app))
          app.announce((data as { message: string }).message)
        },
      }),
      create(
        'div',
        { className: 'links' },
        createLink('Back', () => app.showSignIn()),
      ),
    ],
  }
}

function resetScreen(app: App): Screen {
  return {
    heading: 'Check your mail',
    code: ['resetPassword'],
    content: [
      create(
        'p',
        {},
        'The link in the mail leads to the page /reset-password of your frontend. ',
        createInboxLink(),
      ),
      create('p', {}, 'This demo has no such page, so copy the link, and paste it here.'),
      createForm({
        fields: [
          { name: 'link', label: 'Link of the mail' },
          { name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password' },
        ],
        submit: 'Set the password',
        run: ({ link = '', password = '' }) => auth.resetPassword(tokenIn(link), password),
        done: () => {
          app.showSignIn()
          app.announce('The password is set. Sign in with it.')
        },
      }),
    ],
  }
}

/** Returns the token of a mailed link, or the text itself. */
function tokenIn(text: string): string {
  const link = URL.parse(text.trim())
  return link?.searchParams.get('token') ?? text.trim()
}
