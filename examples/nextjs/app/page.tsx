import { redirect } from 'next/navigation'
import { createReadingClient } from '../lib/auth'
import { signOut } from './actions'

export default async function Start() {
  const client = createReadingClient()
  const { data: session, response } = await client.GET('/api/auth/session')
  if (response.status === 401) redirect('/sign-in')
  if (!session) return <p role="alert">The server has a problem. Try again later.</p>
  const params = { path: { orgId: session.organizationId } }
  const { data: keys } = await client.GET('/api/organizations/{orgId}/api-keys', { params })
  return (
    <>
      <h1>Hello {session.user.name}</h1>
      <h2>API keys of your organization</h2>
      <ul>
        {keys?.apiKeys.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <form action={signOut}>
        <button type="submit">Sign out</button>
      </form>
    </>
  )
}
