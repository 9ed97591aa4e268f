import type { App, Demo, Result, Screen } from './demo.ts'
import { create, createAction, createForm, createLink } from './elements.ts'

/** The form to sign in with, and the other ways to sign in. */
export function signInScreen<User>(app: App, demo: Demo<User>, problem = '', knownEmail = ''): Screen {
  const fields = [
    { name: 'email', label: 'Email', type: 'email', autocomplete: 'username', value: knownEmail } as const,
    { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' } as const,
  ]
  const form = createForm({
    fields,
    submit: 'Sign in',
    problem,
    run: ({ email = '', password = '' }) => demo.signIn(email, password),
    done: () => app.showUser('Signed in.'),
    failed({ email = '', password = '' }, { error }) {
      const next = demo.secondStep?.(app, error, email, password)
      if (next) app.show(next)
      return next !== undefined
    },
  })
  const others = demo.others.flatMap(({ actions, note }) => [
    create(
      'div',
      { className: 'actions' },
      ...actions.map((action) => createAction(action, () => app.showUser('Signed in.'))),
    ),
    ...(note ? [create('p', { className: 'soft' }, note)] : []),
  ])
  return {
    heading: 'Sign in',
    code: ['signIn', ...demo.others.flatMap(({ code }) => code)],
    content: [
      accountButtons(demo.accounts, form),
      form,
      ...others,
      create(
        'div',
        { className: 'links' },
        createLink('Create an account', () => app.show(signUpScreen(app, demo))),
        ...(demo.links?.(app) ?? []),
      ),
    ],
  }
}

/** Creates buttons that fill in the form with a seeded account. */
function accountButtons(accounts: Demo<unknown>['accounts'], form: HTMLFormElement): HTMLElement {
  const buttons = accounts.map((account) => {
    const note = account.note ? ` (${account.note})` : ''
    return createLink(`Use ${account.name}’s account${note}`, () => {
      for (const input of form.querySelectorAll('input'))
        input.value = input.name === 'email' ? account.email : account.password
      form.querySelector('button')?.focus()
    })
  })
  return create('div', { className: 'links' }, ...buttons)
}

function signUpScreen<User>(app: App, demo: Demo<User>): Screen {
  const { fields, run } = demo.signUp
  const form = createForm({
    fields: fields(),
    submit: 'Create the account',
    run,
    async done(values) {
      if (demo.afterSignUp) app.show(demo.afterSignUp(app, values))
      else await app.showUser('The account has been created, and you are signed in.')
    },
  })
  return {
    heading: 'Create an account',
    code: ['signUp'],
    content: [
      create(
        'p',
        { className: 'soft' },
        'All fields are filled in, and the email is unused. Change what you like.',
      ),
      form,
      create(
        'div',
        { className: 'links' },
        createLink('Sign in instead', () => app.showSignIn()),
      ),
    ],
  }
}

/** The signed-in user, and the abilities of the API. */
export async function userScreen<User>(
  app: App,
  { user, signOut }: Demo<User>,
  data: User,
  load: () => Promise<Result<User>>,
): Promise<Screen> {
  const rows = create('dl', {})
  const showRows = (loaded: User) =>
    rows.replaceChildren(
      ...user
        .rows(loaded)
        .map(([label, value]) => create('div', {}, create('dt', {}, label), create('dd', {}, value))),
    )
  showRows(data)
  const again = createAction(
    {
      label: user.loadLabel,
      async run() {
        const result = await load()
        if (result.data !== undefined) showRows(result.data)
        return result
      },
    },
    () => app.announce(user.loaded),
  )
  const showSignedOut = () => {
    app.showSignIn()
    app.announce('Signed out.')
  }
  const leave = createAction(
    {
      label: 'Sign out',
      async run() {
        const result = await signOut()
        if (!result) showSignedOut()
        return result
      },
    },
    showSignedOut,
  )
  const sections = await user.sections(app, data)
  return {
    heading: user.heading(data),
    code: [user.code, 'signOut', ...sections.flatMap(({ code }) => code)],
    content: [
      rows,
      create('div', { className: 'actions' }, again, leave),
      ...sections.map(({ heading, content }) => create('section', {}, create('h3', {}, heading), ...content)),
    ],
  }
}
