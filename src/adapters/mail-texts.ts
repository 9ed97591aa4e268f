import type { EmailKind } from '../core/outbox.ts'

/**
 * The template of one kind of mail. Placeholders: `{sender}`, `{name}`, `{link}`, and `{code}`, which is the
 * token of a mail without a link. Lines with a placeholder that has no value are omitted, so one template
 * serves with and without a link.
 */
export interface MailText {
  subject: string
  text: string
  html: string
}
export type MailTexts = Record<EmailKind, MailText>

export const defaultMailTexts: MailTexts = {
  verifyEmail: {
    subject: '{sender}: confirm your email address',
    text: `Hello {name},

You (or someone using your email address) signed up for {sender}.

To confirm your email address, open this link: {link}
To confirm your email address, enter this code: {code}

If you did not sign up, you can ignore this email.`,
    html: `<p>Hello {name},</p>
<p>You (or someone using your email address) signed up for {sender}.</p>
<p><a href="{link}">Confirm your email address</a></p>
<p>To confirm your email address, enter this code: <code>{code}</code></p>
<p>If you did not sign up, you can ignore this email.</p>`,
  },
  resetPassword: {
    subject: '{sender}: reset your password',
    text: `Hello {name},

You (or someone using your email address) asked to reset the password for your account at {sender}.

To choose a new password, open this link: {link}
To choose a new password, enter this code: {code}

If you did not ask for this, you can ignore this email. Your password will not change.`,
    html: `<p>Hello {name},</p>
<p>You (or someone using your email address) asked to reset the password for your account at {sender}.</p>
<p><a href="{link}">Choose a new password</a></p>
<p>To choose a new password, enter this code: <code>{code}</code></p>
<p>If you did not ask for this, you can ignore this email. Your password will not change.</p>`,
  },
  invitation: {
    subject: '{sender}: you are invited to an organization',
    text: `Hello,

You have been invited to join an organization at {sender}.

To accept the invitation within 7 days, open this link: {link}
To accept the invitation within 7 days, enter this code: {code}

If you did not expect this invitation, you can ignore this email.`,
    html: `<p>Hello,</p>
<p>You have been invited to join an organization at {sender}.</p>
<p><a href="{link}">Accept the invitation within 7 days</a></p>
<p>To accept the invitation within 7 days, enter this code: <code>{code}</code></p>
<p>If you did not expect this invitation, you can ignore this email.</p>`,
  },
  passwordChanged: {
    subject: '{sender}: your password was changed',
    text: `Hello {name},

The password for your account at {sender} was changed, and other devices have been signed out.

If you made this change, you can ignore this email.
If you did not, reset your password now, and make sure that no one else can read your email.`,
    html: `<p>Hello {name},</p>
<p>The password for your account at {sender} was changed, and other devices have been signed out.</p>
<p>If you made this change, you can ignore this email.</p>
<p>If you did not, reset your password now, and make sure that no one else can read your email.</p>`,
  },
}

/**
 * Fills in the placeholders of a mail.
 * @param values the values by placeholder; null and empty ones count as missing
 */
export function fillMail(mail: MailText, values: Record<string, string | null>): MailText {
  const given = new Map<string, string>()
  for (const [placeholder, value] of Object.entries(values)) {
    const line = value?.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
    if (line && !(placeholder === 'name' && looksLikeLink(line))) given.set(placeholder, line)
  }
  const escaped = new Map([...given].map(([placeholder, value]) => [placeholder, escapeHtml(value)]))
  return {
    subject: fill(mail.subject, given),
    text: fill(mail.text, given),
    html: fill(mail.html, escaped),
  }
}

/**
 * Detects names that mail programs could show as a link, and names long enough to be a message. An attacker
 * can sign up with the email of a victim and choose the name in the greeting, and must not deliver a link or
 * message that way. Mail programs treat compatibility characters like plain ones, and ideographic full stops
 * like dots (UTS 46, section 4).
 */
function looksLikeLink(name: string): boolean {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll('\u3002', '.')
  return plain.length > 100 || /[/\\@:]|[^\s.]\.[\p{L}\p{N}\p{M}]{2,}|\d\.\d+\.\d/u.test(plain)
}

const placeholders = /\{(\w+)\}/g

function fill(template: string, values: Map<string, string>) {
  return template
    .split('\n')
    .filter((line) => [...line.matchAll(placeholders)].every(([, name = '']) => values.has(name)))
    .map((line) => line.replaceAll(placeholders, (_, name: string) => values.get(name) ?? ''))
    .join('\n')
    .trim()
}

function escapeHtml(text: string) {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
