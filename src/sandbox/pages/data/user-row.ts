import { html } from 'hono/html'
import type { StoredUser } from '../../../../generated/_dev/types.ts'
import type { Html } from '../../../ui/page.ts'

/**
 * Renders a user as a row of a table.
 * @param now the time of the sandbox
 */
export function userRow(user: StoredUser, now: string): Html {
  const { id, email, name, expiresAt, organizations } = user
  const label = name || email || id
  return html`<tr>
<td><strong>${name}</strong> ${email ?? 'no email'}<small><code>${id}</code></small></td>
<td>${accountFacts(user).join(', ')}<small>created by ${user.createdBy}, ${dayOf(user.createdAt)}</small>${
    user.lastUsedAt === null ? '' : html`<small>last used ${minuteOf(user.lastUsedAt)}</small>`
  }${expiresAt === null ? '' : html`<small>${expiresAt <= now ? 'expired' : 'expires'} ${minuteOf(expiresAt)}</small>`}</td>
<td>${details(user, now)}</td>
<td><button type="button" data-sign-in="${id}" data-name="${label}" data-organization="${organizations.items.at(-1)?.id ?? ''}" aria-label="Sign in as ${label}">Sign in as</button></td>
</tr>`
}

function accountFacts(user: StoredUser): (string | null)[] {
  return [
    user.role,
    user.plan && `${user.plan} plan`,
    user.status,
    user.email === null ? null : user.emailVerified ? 'email verified' : 'email not verified',
    user.hasPassword ? null : 'no password',
    user.hasTwoFactor ? 'two-factor' : null,
    user.projectId && `${user.projectId}, ${user.environment}`,
  ].filter(Boolean)
}

/** Disclosures, one for each kind of data that the user has. */
function details(user: StoredUser, now: string): Html[] {
  const { sessions, apiKeys, passkeys, oauthAccounts, organizations } = user
  return [
    disclosure('session', sessions, ({ id, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => [
      html`<code>${id}</code>`,
      `signed in ${minuteOf(createdAt)}, last used ${minuteOf(lastUsedAt)}, ${expiresAt <= now ? 'expired' : 'expires'} ${minuteOf(expiresAt)}`,
      [ip, userAgent].filter(Boolean).join(', '),
    ]),
    disclosure('API key', apiKeys, ({ name, preview, state, scopes, lastUsedAt, expiresAt }) => [
      html`${name} <code>${preview}</code>`,
      [state, ...scopes].join(', '),
      lastUsedAt === null ? 'never used' : `last used ${minuteOf(lastUsedAt)}`,
      expiresAt === null ? '' : `expires ${minuteOf(expiresAt)}`,
    ]),
    disclosure('passkey', passkeys, ({ name, credentialId, counter, createdAt }) => [
      html`${name} <code>${credentialId}</code>`,
      `counter ${counter}, registered ${dayOf(createdAt)}`,
    ]),
    disclosure('OAuth account', oauthAccounts, ({ provider, subject, createdAt }) => [
      html`${provider} <code>${subject}</code>`,
      `linked ${dayOf(createdAt)}`,
    ]),
    disclosure('organization', organizations, ({ id, name, role }) => [
      `${name}, ${role}`,
      html`<code>${id}</code>`,
    ]),
  ]
}

function disclosure<Item>(
  noun: string,
  { total, items }: { total: number; items: Item[] },
  linesOf: (item: Item) => (Html | string)[],
): Html {
  if (total === 0) return html``
  const rest = total - items.length
  return html`<details><summary>${total} ${noun}${total === 1 ? '' : 's'}</summary><ul>
${items.map(
  (item) =>
    html`<li>${linesOf(item)
      .filter((line) => line !== '')
      .map((line) => html`<span>${line}</span>`)}</li>`,
)}
${rest > 0 ? html`<li>and ${rest} more</li>` : ''}
</ul></details>`
}

export const dayOf = (instant: string) => html`<time datetime="${instant}">${instant.slice(0, 10)}</time>`
const minuteOf = (instant: string) => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
