export { UserError } from '../common/user-error.ts'
export type { Log } from './app.ts'
export { type AuthServer, type Connection, createAuthServer } from './server.ts'
export type { AuthServerSettings, MailSettings, Settings } from './settings.ts'
