import { NotExercisedError } from '../test-case.ts'
import type { Role } from '../world/cast.ts'
import type { Account, Stage } from '../world/stage.ts'

export const mary: Role = {
  email: 'mary@example.org',
  name: 'Mary',
  password: 'sunrise-over-water-4',
  id: 'usr_2Hq7VbXn',
  values: {
    key_7Qp1Zr: async (stage, account) => (await createKey(stage, account, ['read'])).id,
    async key_1Bd5Gf(stage, account) {
      const { id } = await createKey(stage, account, ['read'])
      await deleteKey(stage, account, id)
      return id
    },
  },
}

const ada: Role = {
  email: 'ada@example.org',
  name: 'Ada',
  password: 'correct-horse-9',
  id: 'usr_8Kd02mQx',
  values: {
    key_6Jr2Pz: async (stage, account) => (await createKey(stage, account, ['read'])).id,
    'example-link-token-of-ada-00000000000000000': (stage, { email }) =>
      stage.mailedToken(email, 'verifyEmail'),
  },
}

const grace = pending('grace@example.org', 'Grace', 'nanoseconds-of-wire-3', 'grace-000000000000000')
const alan = pending('alan@example.org', 'Alan', 'halting-problem-7', 'alan-0000000000000000')

const newcomers = ['barbara@example.org', 'your@email.com'].map(
  (email): Role => ({ email, name: 'Newcomer', password: null, isNew: true }),
)

export const cast: Role[] = [mary, ada, grace, alan, ...newcomers]

/** A person who has signed up, but has not followed the link of the verification mail. */
function pending(email: string, name: string, password: string, token: string): Role {
  return {
    email,
    name,
    password,
    async create({ adapter, send }, person) {
      const request = adapter?.signUp(person)
      const { response } = request ? await send(request) : { response: undefined }
      if (response?.status !== 200) throw new NotExercisedError('The sign-up of a new user failed.')
      return { ...person, access: '', refresh: null, id: response.body.user_id }
    },
    values: {
      [`example-link-token-of-${token}`]: (stage, account) => stage.mailedToken(account.email, 'verifyEmail'),
    },
  }
}

export async function createKey(
  { adapter, send }: Stage,
  { access }: Account,
  scopes: string[],
): Promise<{ id: string; key: string }> {
  const keys = adapter?.keys
  if (!keys) throw new NotExercisedError('The API has no keys.')
  const { response } = await send(keys.create(access, '', { name: 'Conformance test', scopes }))
  if (response.status !== 201)
    throw new NotExercisedError(`The creation of an API key was answered with ${response.status}.`)
  return keys.keyIn(response)
}

export async function deleteKey({ adapter, send }: Stage, { access }: Account, id: string): Promise<void> {
  if (adapter?.keys) await send(adapter.keys.revoke(access, '', id))
}
