import type { Role } from '../world/cast.ts'
import { createOAuthAccount } from '../world/oauth.ts'

export const mary: Role = {
  email: 'mary.major@example.com',
  name: 'Mary Major',
  password: 'harbour lights at nine',
  id: '3f6c1c0e-7d5b-4a58-8f0a-2b9d4e6a1c37',
}

export const ada: Role = {
  email: 'ada@example.org',
  name: 'Ada Byron',
  password: 'correct horse battery',
  id: '8d3b0a52-6a0e-4b43-9f2e-0f6a1c7e52d1',
}

/** Has no password. */
export const lin: Role = {
  email: 'lin.chen@example.net',
  name: 'Lin Chen',
  password: null,
  id: 'b7e4d9f1-23c6-4d0b-a1f8-5c9e7a3b6d20',
  create: (stage, person) => createOAuthAccount(stage, 'google', person),
}

const erin: Role = {
  email: 'erin@example.net',
  name: 'Erin Stone',
  password: 'closed-since-march',
  id: 'c05a8e6d-9b1f-4e72-b3d4-7f2a6c8e1b95',
  prepare: (stage, { email }) => stage.hook('changeUser')(email, { status: 'disabled' }),
}

const newcomers = ['user@example.com', 'jane.doe@example.com', 'sam@example.com'].map(
  (email): Role => ({ email, name: 'Newcomer', password: null, isNew: true }),
)

export const cast: Role[] = [mary, ada, lin, erin, ...newcomers]
