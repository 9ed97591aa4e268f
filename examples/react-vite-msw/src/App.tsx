import { useEffect, useState } from 'react'
import { api } from './api.ts'
import { SignIn } from './SignIn.tsx'

/** Shows who is signed in, or the sign-in form. */
export function App() {
  const [name, setName] = useState<string>()
  const [isLoading, setIsLoading] = useState(true)

  async function loadUser() {
    // Renews an expired session, if there is one.
    const { data } = await api.GET('/api/auth/me')
    setName(data?.name)
    setIsLoading(false)
  }

  async function signOut() {
    await api.POST('/api/auth/logout')
    setName(undefined)
  }

  useEffect(() => {
    loadUser()
  }, [])

  if (isLoading) return <p>Loading…</p>
  if (name === undefined) return <SignIn onSignedIn={loadUser} />
  return (
    <>
      <h1>Hello {name}</h1>
      <button type="button" onClick={loadUser}>
        Reload profile
      </button>
      <button type="button" onClick={signOut}>
        Sign out
      </button>
    </>
  )
}
