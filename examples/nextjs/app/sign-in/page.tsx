'use client'

import { useActionState } from 'react'
import { signIn } from '../actions'

export default function SignIn() {
  const [problem, action, isPending] = useActionState(signIn, '')
  return (
    <form action={action}>
      <h1>Sign in</h1>
      <label>
        Email <input name="email" type="email" required />
      </label>
      <label>
        Password <input name="password" type="password" required />
      </label>
      <button type="submit" disabled={isPending}>
        Sign in
      </button>
      <p role="alert">{problem}</p>
    </form>
  )
}
