export { UserError } from '../common/user-error.ts'
export type { TestClock } from './clock.ts'
export {
  connectSandbox,
  type FaultAnswer,
  type FrontendOptions,
  type OperationOf,
  type TestSandbox,
} from './connect.ts'
export type { Duration } from './duration.ts'
export type { Mail, MailQuery, TestInbox } from './inbox.ts'
export type { Approval, OAuthResult, OAuthStart, ProviderError, TestOAuth } from './oauth.ts'
export type { PersonRequest } from './people.ts'
export type { SignIn, TestSession } from './sign-in.ts'
export { type StartedSandbox, type StartOptions, startSandbox } from './start.ts'
export type { BrowserCookie, StorageState } from './storage-state.ts'
