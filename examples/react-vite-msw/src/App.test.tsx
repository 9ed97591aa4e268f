import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { App } from './App.tsx'
import { auth } from './mocks/auth.ts'

const ada = { email: 'ada@example.org', password: 'correct horse battery' }

async function signIn({ email, password }: typeof ada) {
  await userEvent.type(await screen.findByLabelText('Email'), email)
  await userEvent.type(screen.getByLabelText('Password'), password)
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('shows the message of the API for a wrong password', async () => {
  render(<App />)
  await signIn({ ...ada, password: 'a-wrong-password' })
  expect((await screen.findByRole('alert')).textContent).toBe('invalid credentials')
})

test('signs in and out', async () => {
  render(<App />)
  await signIn(ada)
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out' }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeDefined()
})

test('stays signed in when the access token expires', async () => {
  const { user, tokens } = await auth.signIn('Ada')
  localStorage.setItem('session', JSON.stringify(tokens))
  await auth.clock.advance('2h')
  render(<App />)
  expect(await screen.findByRole('heading', { name: `Hello ${user.name}` })).toBeDefined()
  expect(localStorage.getItem('session')).not.toContain(tokens.accessToken)
})

test('asks to sign in again after a week', async () => {
  const { tokens } = await auth.signIn('Ada')
  localStorage.setItem('session', JSON.stringify(tokens))
  await auth.clock.advance('8d')
  render(<App />)
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeDefined()
})

test('shows that the API is unavailable', async () => {
  await auth.fail('signIn', 503)
  render(<App />)
  await signIn(ada)
  expect((await screen.findByRole('alert')).textContent).toMatch(/unavailable/i)
})
