import { html } from 'hono/html'
import type { Seed, SeededApiKey, SeededToken, SeededUser } from '../../../generated/_dev/types.ts'
import { copyButton } from '../../ui/copyable.ts'
import type { Html } from '../../ui/page.ts'
import type { View } from './page.ts'
import { table } from './table.ts'

export const seedView: View = {
  title: 'Test accounts',
  about: 'Clients that do not accept HTML get this data in JSON.',
  status: 200,
  body: (data) => seed(data as Seed),
}

function seed({ users, apiKeys, tokens }: Seed): Html {
  const emails = new Map(users.map(({ id, email, name }) => [id, email ?? name]))
  const owner = (id: string | null) => (id === null ? '' : (emails.get(id) ?? id))
  return html`<p>A reset restores this data. Changes made since are not shown.</p>
${table('Users', ['User', 'Password', 'Account'], users.map(userRow))}
${table(
  'API keys',
  ['Key', 'Owner', 'State'],
  apiKeys.map((key) => keyRow(key, owner(key.userId))),
)}
${table(
  'Tokens',
  ['Token', 'Owner', 'State'],
  tokens.map((token) => tokenRow(token, owner(token.userId))),
)}`
}

function userRow({ name, email, password, totpSecret, note, ...account }: SeededUser) {
  const { role, plan, status, emailVerified } = account
  const facts = [
    role,
    plan && `${plan} plan`,
    status,
    emailVerified ? 'email verified' : 'email not verified',
  ]
  return html`<tr>
<td>${name}${email === null ? '' : copyButton(email, `email of ${name}`)}<small>${note}</small></td>
<td>${password === null ? 'no password' : copyButton(password, `password of ${name}`)}${totpSecret && html`<small>TOTP secret</small>${copyButton(totpSecret, `TOTP secret of ${name}`)}`}</td>
<td>${facts.filter(Boolean).join(', ')}</td>
</tr>`
}

function keyRow({ name, key, state, environment, projectId, scopes, note }: SeededApiKey, owner: string) {
  return html`<tr>
<td>${name}${copyButton(key, `key ${name}`)}<small>${note}</small></td>
<td>${owner || [projectId, environment].filter(Boolean).join(', ')}</td>
<td>${[state, ...scopes].join(', ')}</td>
</tr>`
}

const purposes: Record<SeededToken['purpose'], string> = {
  session: 'Session token',
  refresh: 'Refresh token',
  verifyEmail: 'Email verification token',
  resetPassword: 'Password reset token',
  invitation: 'Invitation token',
  oauthState: 'OAuth state',
}

function tokenRow({ purpose, token, state, note }: SeededToken, owner: string) {
  return html`<tr>
<td>${purposes[purpose]}${copyButton(token, `${purposes[purpose]}, ${note}`)}<small>${note}</small></td>
<td>${owner}</td>
<td>${state}</td>
</tr>`
}
