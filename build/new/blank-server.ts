import { credentialsByScheme } from '../../src/openapi/credentials.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { type FileContents, readTemplates } from './templates.ts'

/** The use cases of the core, as `function of file`, by the operationIds that mean them. */
const useCases: Record<string, string> = {
  acceptInvitation: 'acceptInvitation of invitations.ts',
  changePassword: 'changePassword of password-change.ts',
  confirmPasswordReset: 'confirmPasswordReset of password-reset.ts',
  createApiKey: 'createApiKey of api-keys.ts',
  createAvatarUploadUrl: 'createUploadUrl of uploads.ts',
  createProject: 'createProject of organizations.ts',
  deleteApiKey: 'revokeApiKey of api-keys.ts',
  exchangeOAuthCode: 'exchangeOAuth of oauth.ts',
  finishOAuth: 'finishOAuth of oauth.ts',
  finishPasskeyRegistration: 'finishPasskeyRegistration of passkeys.ts',
  finishPasskeySignIn: 'finishPasskeySignIn of passkeys.ts',
  finishPasskeySignUp: 'finishPasskeySignUp of passkeys.ts',
  getUser: 'getUser of accounts.ts',
  inviteMember: 'inviteMember of invitations.ts',
  listApiKeys: 'listApiKeys of api-keys.ts',
  refreshTokens: 'refresh of refresh.ts',
  requestPasswordReset: 'requestPasswordReset of password-reset.ts',
  resendVerificationEmail: 'sendVerification of verification.ts',
  sendVerificationEmail: 'sendVerification of verification.ts',
  signIn: 'signIn of sign-in.ts',
  signInAsGuest: 'signInAsGuest of sign-up.ts',
  signOut: 'signOut of sessions.ts',
  signUp: 'signUp of sign-up.ts',
  startOAuth: 'startOAuth of oauth.ts',
  startPasskeyRegistration: 'startPasskeyRegistration of passkeys.ts',
  startPasskeySignIn: 'startPasskeySignIn of passkeys.ts',
  startPasskeySignUp: 'startPasskeySignUp of passkeys.ts',
  updateUserProfile: 'updateProfile of accounts.ts',
  verifyEmail: 'confirmVerification of verification.ts',
}

/** Returns the files of a server whose operations respond with 501, and what they cannot know. */
export async function blankServer(
  name: string,
  document: Document,
): Promise<{ files: FileContents; notes: string[] }> {
  const { scheme, note } = bearerSchemeOf(document)
  const folder = `src/variants/${name}`
  const words = { name, scheme: toKey(scheme) }
  const handlers = endpointsOf(document).map(({ operation }) => handlerOf(operation.operationId ?? ''))
  const files = new Map([
    ...(await readTemplates('server', folder, words)),
    ...(await readTemplates('blank', folder, { ...words, handlers: handlers.join('\n\n') })),
  ])
  return { files, notes: note === undefined ? [] : [note.replaceAll('FILE', `${folder}/authenticate.ts`)] }
}

function handlerOf(operationId: string): string {
  const useCase = useCases[operationId]
  return [
    ...(useCase === undefined ? [] : [`    // The use case is ${useCase} in src/core/.`]),
    `    async ${toKey(operationId)}() {`,
    `      throw notImplemented('${operationId}')`,
    '    },',
  ].join('\n')
}

/** Finds the security scheme of bearer tokens, which the template of `authenticate.ts` reads. */
function bearerSchemeOf(document: Document): { scheme: string; note?: string } {
  const credentials = [...credentialsByScheme(document).values()]
  const bearer = credentials.find(({ kind }) => kind === 'bearer')
  if (bearer) return { scheme: bearer.scheme }
  const [first] = credentials
  if (!first) return { scheme: 'session' }
  return {
    scheme: first.scheme,
    note: `Read the credential of the scheme ${first.scheme} in FILE: the template reads bearer tokens.`,
  }
}

/** Quotes a property name if it is not an identifier. */
const toKey = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)
