import type { EmailKind } from '../core/outbox.ts'

/**
 * The words of one kind of mail. Placeholders: `{sender}`, `{name}`, `{link}`, and `{code}` for the token where no link
 * carries it. A line with a placeholder that has no value is left out, so one text serves with and without a link.
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

somebody, we hope you, gave this address to {sender}.
To confirm that it is yours, follow this link: {link}
To confirm that it is yours, enter this code: {code}

If it was not you, ignore this mail.`,
    html: `<p>Hello {name},</p>
<p>somebody, we hope you, gave this address to {sender}.</p>
<p><a href="{link}">Confirm that it is yours</a></p>
<p>To confirm that it is yours, enter this code: <code>{code}</code></p>
<p>If it was not you, ignore this mail.</p>`,
  },
  resetPassword: {
    subject: '{sender}: choose a new password',
    text: `Hello {name},

somebody, we hope you, asked {sender} for a new password for your account.
To choose one, follow this link: {link}
To choose one, enter this code: {code}

If it was not you, ignore this mail: your password stays as it is.`,
    html: `<p>Hello {name},</p>
<p>somebody, we hope you, asked {sender} for a new password for your account.</p>
<p><a href="{link}">Choose a new password</a></p>
<p>To choose one, enter this code: <code>{code}</code></p>
<p>If it was not you, ignore this mail: your password stays as it is.</p>`,
  },
  passwordChanged: {
    subject: '{sender}: your password was changed',
    text: `Hello {name},

the password of your account at {sender} was changed, and everybody who was signed in there with the old one no longer is.

If it was not you, reset your password now: whoever changed it may read your other mails, too.`,
    html: `<p>Hello {name},</p>
<p>the password of your account at {sender} was changed, and everybody who was signed in there with the old one no longer is.</p>
<p>If it was not you, reset your password now: whoever changed it may read your other mails, too.</p>`,
  },
}

/** @param values those that are null or empty count as missing */
export function fillMail(mail: MailText, values: Record<string, string | null>): MailText {
  const given = new Map<string, string>()
  for (const [placeholder, value] of Object.entries(values)) {
    const line = value?.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
    if (line && !(placeholder === 'name' && looksLikeAnAddress(line))) given.set(placeholder, line)
  }
  const escaped = new Map([...given].map(([placeholder, value]) => [placeholder, escapeHtml(value)]))
  return {
    subject: fill(mail.subject, given),
    text: fill(mail.text, given),
    html: fill(mail.html, escaped),
  }
}

/**
 * Whoever signs up with somebody else's address chooses the name we greet them by. That must not be a way to have us
 * deliver a link or a message. Programs that make links of addresses take compatible characters for the plain ones, and
 * ideographic full stops for dots (UTS 46, section 4).
 */
function looksLikeAnAddress(name: string): boolean {
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
