import { NotExercisedError } from '../test-case.ts'
import type { Role } from '../world/cast.ts'
import { createOAuthAccount } from '../world/oauth.ts'
import type { Account, Stage } from '../world/stage.ts'

export const mina: Role = {
  email: 'user@example.com',
  name: 'Mina Park',
  password: 'password123',
  id: '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10',
  values: {
    bWluYS1yZWZyZXNoLXRva2VuLWV4YW1wbGUtMDAwMDE: async (_, { refresh }) => refresh ?? '',
  },
}

export const sora: Role = {
  email: 'sora@example.com',
  name: 'Sora Yoon',
  password: 'violet-harbor-41',
  id: '8d0e4f72-1b3c-4a9d-b6e5-2c7f90a1d384',
  values: {
    c29yYS1yZXNldC10b2tlbi1leGFtcGxlLTAwMDAwMDE: (stage, account) => mailedResetToken(stage, account),
  },
}

export const ruben: Role = {
  email: 'ruben@example.com',
  name: 'Ruben Ortiz',
  password: 'paper-lantern-58',
  id: '5b9d2c46-e8f1-4703-a5d2-91c4e7b30f68',
  values: {
    cnViZW4tdmVyaWZ5LXRva2VuLWV4YW1wbGUtMDAwMDE: (stage, account) => mailedVerificationToken(stage, account),
  },
}

/** Has no password. */
export const leo: Role = {
  email: 'leo@example.com',
  name: 'Leo Martin',
  password: null,
  id: '79c3d0ab-25e6-4b18-8f47-d4a2e6c19053',
  create: (stage, person) => createOAuthAccount(stage, 'google', person),
}

const iris: Role = {
  email: 'iris@example.com',
  name: 'Iris Chen',
  password: 'copper-thistle-90',
  id: 'e27b8a95-60c4-4d3f-97a1-b8f3c5d0e426',
  prepare: (stage, { email }) => stage.hook('changeUser')(email, { status: 'disabled' }),
}

export const hana: Role = {
  email: 'hana@example.com',
  name: 'Hana Lee',
  password: 'quiet-orchard-77',
  id: 'c1a7e5d3-94b2-4f60-8c3e-6b1d0f2a9e75',
  prepare: (stage, { email }) => stage.hook('changeUser')(email, { role: 'admin' }),
}

const ada: Role = { email: 'ada@example.com', name: 'Ada Park', password: null, isNew: true }

export const cast: Role[] = [mina, sora, ruben, leo, iris, hana, ada]

export async function mailedResetToken({ adapter, send, mailedToken }: Stage, { email }: Account) {
  if (!adapter?.requestReset) throw new NotExercisedError('The API has no password reset.')
  await send(adapter.requestReset(email))
  return mailedToken(email, 'resetPassword')
}

export async function mailedVerificationToken({ adapter, send, mailedToken }: Stage, { email }: Account) {
  if (!adapter?.sendVerification) throw new NotExercisedError('The API has no email verification.')
  await send(adapter.sendVerification(email))
  return mailedToken(email, 'verifyEmail')
}
