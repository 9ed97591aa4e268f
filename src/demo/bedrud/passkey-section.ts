import type { App, Section } from '../demo.ts'
import { create, createAction } from '../elements.ts'
import { find } from '../panels.ts'
import { addPasskey } from './auth.ts'

/** Creates the section that adds a passkey. The API lists no passkeys, but a page of the sandbox does. */
export function createPasskeySection(app: App): Section {
  const data = `${find('#app').dataset.sandbox}/__dev/data`
  const about = create('p', {}, 'Add a passkey, sign out, and sign in with it.')
  return {
    heading: 'Passkey',
    code: ['addPasskey'],
    content: [
      about,
      create(
        'p',
        { className: 'soft' },
        'The API does not list passkeys. The ',
        create('a', { href: data, target: '_blank', rel: 'noopener' }, 'data of the sandbox'),
        ' shows those of each user.',
      ),
      createAction({ label: 'Add a passkey', run: addPasskey }, () => {
        about.textContent = 'This account has a new passkey. Sign out, and sign in with it.'
        app.announce('The passkey has been added.')
      }),
    ],
  }
}
