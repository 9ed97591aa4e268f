import { useState } from 'react'
import { api } from './api.ts'

/** The sign-in form. It shows the message of the API if the sign-in fails. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [problem, setProblem] = useState('')

  async function signIn(form: FormData) {
    const [email, password] = [String(form.get('email')), String(form.get('password'))]
    const { error } = await api.POST('/api/auth/login', { body: { email, password } })
    if (error) setProblem(error.error)
    else onSignedIn()
  }

  return (
    <form action={signIn}>
      <h1>Sign in</h1>
      <label>
        Email <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">Sign in</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  )
}
