import type { Passkey, User } from '../../../core/tables.ts'
import { exampleUsers } from '../example-users.ts'
import { atGoogle } from './provider-accounts.ts'

/** The time at which the examples take place. */
export const storyStart = Date.parse('2026-03-02T09:00:00.000Z')

export interface Person extends Pick<User, 'id' | 'name' | 'status' | 'picture' | 'provider'> {
  email: string
  password: string | null
  isVerified: boolean
  note: string
}

export const mary: Person = {
  id: exampleUsers.mary,
  name: 'Mary Major',
  email: 'mary.major@example.com',
  password: 'harbour lights at nine',
  status: 'active',
  picture: 'https://cdn.example.com/avatars/mary-major.png',
  provider: 'email',
  isVerified: false,
  note: 'Has an avatar and no passkey.',
}
const ada: Person = {
  id: exampleUsers.ada,
  name: 'Ada Byron',
  email: 'ada@example.org',
  password: 'correct horse battery',
  status: 'active',
  picture: null,
  provider: 'email',
  isVerified: false,
  note: 'Has two passkeys, one of them cloned.',
}
export const lin: Person = {
  id: exampleUsers.lin,
  name: atGoogle.lin.name,
  email: atGoogle.lin.email,
  password: null,
  status: 'active',
  picture: atGoogle.lin.picture,
  provider: 'google',
  isVerified: true,
  note: 'Signs in with Google and has no password.',
}
const erin: Person = {
  id: exampleUsers.erin,
  name: 'Erin Stone',
  email: 'erin@example.net',
  password: 'closed-since-march',
  status: 'disabled',
  picture: null,
  provider: 'email',
  isVerified: false,
  note: 'Deactivated by the operator. Has one passkey.',
}
export const people = [mary, ada, lin, erin]

/** Not a user yet: has started to sign up with a passkey. */
export const sam = {
  id: 'e2c8f5b4-6a9d-4b13-8e7c-0d1f3a5b7c96',
  name: 'Sam Okafor',
  email: 'sam@example.com',
}

export const passkeys: Pick<Passkey, 'userId' | 'credentialId' | 'counter' | 'publicKey'>[] = [
  {
    userId: ada.id,
    credentialId: 'MlxhLyati0Nd83im9CoD-w',
    counter: 0,
    publicKey:
      'pQECAyYgASFYIAjjaKR9VxTdUw0Tj0TkQhltIPkbwQaZY-shGxfYaYrXIlggdLOIQYBtN4maQMZrUIehkPY7geIRirvI8ikiICaN-O4',
  },
  {
    userId: ada.id,
    credentialId: 'knxqR5tWCPFXl6Duq319iw',
    counter: 41,
    publicKey:
      'pQECAyYgASFYID9gQDY4H_XOe59FN3dNxZ86sCYiUiZHUXmlQThLdhz5IlggLXcSEJd53E1Yum55nFuMAwshcmesi1utZNnczXHRN-A',
  },
  {
    userId: erin.id,
    credentialId: 'BAhPJY5eJB-rYosPXVh9xg',
    counter: 0,
    publicKey:
      'pQECAyYgASFYINU43AgsJTvYUK_KTeRH7fpwxbttZnahFNF5ZMw5xIWlIlggHhZQBTEa0FSoOqE-kA_Rbtt0uN-vE7j2ugO6uYYyfrs',
  },
]

export const invitation = 'inv_example-5d21c7'
export const oauthState =
  'CZSvt-vMb_sBh42VogQeJrEo-8NTstr_YbpBMP_w_wdJAgOscYmMINWGuQLmXrrRFTKN6h-jobtp0rEK4caq3A'
