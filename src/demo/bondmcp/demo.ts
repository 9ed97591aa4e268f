import { createKeySection } from '../api-keys.ts'
import { startDemo } from '../app.ts'
import { type App, type Screen, signUpFields, type Values } from '../demo.ts'
import { create, createLink } from '../elements.ts'
import { createInboxLink } from '../inbox-link.ts'
import * as auth from './auth.ts'

startDemo({
  accounts: [
    { name: 'Mary', email: 'mary@example.org', password: 'sunrise-over-water-4' },
    { name: 'Katherine', email: 'katherine@example.org', password: 'orbital-mechanics-62' },
    { name: 'Grace', email: 'grace@example.org', password: 'nanoseconds-of-wire-3', note: 'not verified' },
  ],
  expiry: { what: 'access token', seconds: 3601, label: '1 hour', renewalPath: '/mcp/auth/login' },
  tokens: auth.bondmcp.tokens,
  signIn: auth.signIn,
  others: [],
  signUp: {
    fields: () => signUpFields('Joan'),
    run: ({ email = '', password = '', name = '' }) => auth.signUp(email, password, name),
  },
  afterSignUp: mailScreen,
  signOut: async () => {
    await auth.signOut()
    return undefined
  },
  user: {
    load: auth.listModels,
    code: 'listModels',
    loadLabel: 'List the models again',
    loaded: 'The models are up to date.',
    heading: () => 'You are signed in',
    rows: ({ models }) => models.map(({ name, provider }) => [name, provider]),
    sections: async (app) => [
      await createKeySection(app, {
        code: ['createKey', 'listKeys', 'deleteKey', 'listModelsWithKey'],
        async list() {
          const result = await auth.listKeys()
          const keys = result.data?.api_keys.map(({ id, name, key_preview }) => ({
            ...{ id, name },
            preview: key_preview,
          }))
          return { result, ...(keys && { keys }) }
        },
        async create(name) {
          const result = await auth.createKey(name)
          return { result, key: result.data?.api_key }
        },
        revoke: auth.deleteKey,
        tryKey: {
          label: 'List the models with the key',
          run: auth.listModelsWithKey,
          done: 'The key works: the API has listed the models.',
        },
      }),
    ],
  },
  whenExpired: auth.whenExpired,
})

function mailScreen(app: App, { email = '' }: Values): Screen {
  return {
    heading: 'Check your mail',
    code: ['signIn'],
    content: [
      create('p', {}, `A mail to ${email} has a link that activates the account. Follow it in the inbox.`),
      create('p', {}, createInboxLink()),
      create('p', { className: 'soft' }, 'The link leads to the API, which responds with JSON.'),
      create(
        'div',
        { className: 'links' },
        createLink('I have followed the link', () => app.showSignIn('', email)),
      ),
    ],
  }
}
