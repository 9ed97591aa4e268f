/** A plausible mistake: a change of the reference solution, and the check that finds it. */
export interface Mistake {
  task: string
  mistake: string
  /** A part of the solution that occurs once. */
  from: string
  to: string
  check: string
  /** The sentence that the author of the project reads. */
  reason: string
}

export const mistakes: Mistake[] = [
  {
    task: 'bkend-token-refresh',
    mistake: 'one refresh for each call',
    from: 'renewal ??= refresh(old)',
    to: 'renewal = refresh(old)',
    check: 'shares one refresh among concurrent calls',
    reason: 'Four concurrent calls sent 4 refreshes instead of one.',
  },
  {
    task: 'bkend-token-refresh',
    mistake: 'the new refresh token is not stored',
    from: 'tokens = body\n',
    to: 'tokens = { ...body, refreshToken }\n',
    check: 'never sends a refresh token twice',
    reason: 'A refresh token was sent again after it was replaced.',
  },
  {
    task: 'bkend-token-refresh',
    mistake: 'a refresh after every 401',
    from: `status === 401 && (headers.get('www-authenticate') ?? '').includes('error="invalid_token"')`,
    to: 'status === 401 && headers !== undefined',
    check: 'sends no refresh for an error about the API key',
    reason: 'A refresh does not help against an expired API key.',
  },
  {
    task: 'bkend-token-refresh',
    mistake: 'a sign-out after every failed refresh',
    from: "if (['auth/invalid-refresh-token', 'auth/session-expired', 'auth/user-not-found'].includes(code))\n",
    to: '',
    check: 'keeps the user signed in when the refresh fails temporarily',
    reason: 'A 503 should not sign the user out.',
  },
  {
    task: 'bkend-email-sign-in',
    mistake: 'the tokens of a sign-up are ignored',
    from: 'accessToken = body.accessToken',
    to: "if (path.endsWith('/signin')) accessToken = body.accessToken",
    check: 'signs a new user up and in with one request',
    reason: 'currentUser() should return ada@example.com.',
  },
  {
    task: 'bkend-email-sign-in',
    mistake: 'a sign-in method that the API does not have',
    from: "open('/v1/auth/email/signup', { method: 'password', name, email, password })",
    to: "open('/v1/auth/email/signup', { method: 'email', name, email, password })",
    check: 'signs a new user up and in with one request',
    reason: 'signUp() should succeed, but returned the reason failed.',
  },
  {
    task: 'bkend-email-verification',
    mistake: 'a confirmation without the access token',
    from: '{ body, token: accessToken }',
    to: '{ body }',
    check: 'keeps the user signed in',
    reason: 'The verification has ended the session of the user.',
  },
  {
    task: 'bkend-google-sign-in',
    mistake: 'no check of who started the sign-in',
    from: "attempt !== undefined && parameters.get('attempt') === attempt",
    to: 'parameters.size > 0',
    check: 'rejects a callback that belongs to the sign-in of an attacker',
    reason: 'finishGoogleSignIn() should return the reason notStarted, but returned a success.',
  },
  {
    task: 'bkend-google-sign-in',
    mistake: 'a check that any sign-in was started',
    from: "attempt !== undefined && parameters.get('attempt') === attempt",
    to: 'attempt !== undefined',
    check: 'rejects a callback of an attacker during a sign-in of the user',
    reason: 'finishGoogleSignIn() should return the reason notStarted, but returned a success.',
  },
  {
    task: 'bedrud-guest',
    mistake: 'another guest for every call',
    from: 'if (present) return',
    to: "if (present && name === '') return",
    check: 'does not create a second guest',
    reason: 'A second call of joinAsGuest() has created another guest.',
  },
  {
    task: 'bedrud-guest',
    mistake: 'no refresh before a late sign-out',
    from: 'if (response.status === 401) {',
    to: 'if (response.status === 499) {',
    check: 'ends the session after the access token has expired',
    reason: 'After leave(), a refresh token of the guest still works.',
  },
  {
    task: 'bedrud-guest',
    mistake: 'a sign-out that ignores errors',
    from: 'if (response.status !== 200 && response.status !== 401) throw new Error(response.body.error)\n',
    to: '',
    check: 'stays signed in when the server cannot end the session',
    reason: 'leave() should reject after a 503.',
  },
  {
    task: 'bedrud-passkeys',
    mistake: 'an email for the sign-in',
    from: "start('/api/auth/passkey/login/begin', {})",
    to: "start('/api/auth/passkey/login/begin', { email: 'sam@example.com' })",
    check: 'signs in with the passkey, without asking for the email',
    reason: 'startSignIn() should not send an email.',
  },
  {
    task: 'openfactory-password-reset',
    mistake: 'a text that depends on the email',
    from: "  return '계정이",
    to: "  if (email.startsWith('unknown')) return '가입되지 않은 이메일입니다.'\n  return '계정이",
    check: 'shows the same text for an unknown email',
    reason: 'The text reveals whether an email has an account.',
  },
  {
    task: 'openfactory-password-reset',
    mistake: 'a session that is kept after the reset',
    from: '    token = undefined\n',
    to: '',
    check: 'signs the user out after the reset',
    reason: 'The app should discard the token of the ended session, not send it again.',
  },
  {
    task: 'openfactory-invitation',
    mistake: 'an invitation that is forgotten after a failure',
    from: '  // The invitation is kept: the user may be signed in to the wrong account.\n',
    to: '  invitation = undefined\n',
    check: 'keeps the invitation when the wrong account is signed in',
    reason: 'acceptInvitation() should succeed, but returned the reason noInvitation.',
  },
  {
    task: 'bondmcp-api-key',
    mistake: 'a key with all permissions',
    from: "permissions: ['read']",
    to: "permissions: ['read', 'write', 'admin']",
    check: 'gives the key no permission that the script does not need',
    reason: 'The key has the permissions read,write,admin, not only read.',
  },
  {
    task: 'bondmcp-api-key',
    mistake: 'an old key that is deleted first',
    from: '  const created = await create(token, name)\n  if (!created.ok) return created\n',
    to: "  await request('DELETE', '/mcp/auth/api-keys/' + id, { token })\n  const created = await create(token, name)\n  if (!created.ok) return created\n",
    check: 'keeps the old key when the server fails',
    reason: 'The old key should still work.',
  },
  {
    task: 'bondmcp-retry-after',
    mistake: 'a fixed pause',
    from: 'setTimeout(retryAfterSeconds * 1000)',
    to: 'setTimeout(100)',
    check: 'gives up after two repetitions',
    reason: 'The request was repeated after',
  },
  {
    task: 'bondmcp-retry-after',
    mistake: 'a repetition of every server error',
    from: 'status !== 429 && status !== 503',
    to: 'status !== 429 && status < 500',
    check: 'repeats no other error',
    reason: 'listModels() should return the reason failed, but returned',
  },
]
