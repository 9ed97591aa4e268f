'use server'

import { match } from 'auth-contracts/client'
import { redirect } from 'next/navigation'
import { createClient } from '../lib/auth'

/** Signs in and stores the token in the cookie. Returns a problem for the form. */
export async function signIn(_previous: string, form: FormData): Promise<string> {
  const body = { email: String(form.get('email')), password: String(form.get('password')) }
  const problem = match(await createClient().POST('/api/auth/signin', { body }), {
    200: () => undefined,
    401: () => 'Wrong email or password.',
    otherwise: () => 'The server has a problem. Try again later.',
  })
  if (problem !== undefined) return problem
  redirect('/')
}

export async function signOut(): Promise<void> {
  await createClient().POST('/api/auth/signout')
  redirect('/sign-in')
}
