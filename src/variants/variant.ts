import type { ApiKeyForm } from '../core/api-keys.ts'
import type { AuthError } from '../core/errors.ts'
import type { Files } from '../core/files.ts'
import type { OAuthProviders } from '../core/oauth-provider.ts'
import type { Core, IdKind } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import type { AppOptions } from '../http/app.ts'
import type { Call } from '../http/env.ts'
import type { Callers, Handlers, Reply, Routes } from '../http/handlers.ts'
import type { ErrorResponses } from '../http/http-error.ts'
import type { Authentication } from '../http/middleware/authenticate.ts'
import type { RateLimits } from '../http/rate-limits.ts'

/** What a server must know of an API, beside how it behaves. */
export type Variant<R extends Routes = Routes> = {
  routes: R
  errorResponses: ErrorResponses
  /** Operations for which an unusable body counts as none. */
  lenientBodies: readonly (keyof R & string)[]
}

/** A variant that can be served for real. */
export interface ServedVariant<R extends Routes = Routes, C extends Callers = object> extends Variant<R> {
  /** What its documents say about lifetimes, limits and passwords; mailed links are made from `site`. */
  rules: (site: Site) => Rules
  /** Ids of its own; UUIDs otherwise. */
  newId?: (kind: IdKind, random: Core['random']) => string
  /** The switches that it has a use for, as they stand at the start. */
  switches: Partial<Switches>
  /** The OAuth providers that it speaks of: `google`, `github`, `twitter`. */
  providers: readonly string[]
  administration: Administration
  /** Users of the contract's examples, whose passwords are public: production refuses a database that contains one. */
  exampleUserIds: readonly string[]
  behaviour: (services: Services) => Behaviour<R, C>
}

/** Has the variant a server, or only a contract? */
export const isServed = (variant: Variant): variant is ServedVariant => 'behaviour' in variant

export interface Behaviour<R extends Routes = Routes, C extends Callers = object>
  extends Pick<AppOptions<R, C>, 'operationMiddleware'> {
  handlers: Handlers<R, C>
  authentication: Authentication<C>
  rateLimits?: RateLimits<C>
  /** What this API replies to a refusal of the core; undefined for one that none of its operations can meet: a fault. */
  replyToError: (error: AuthError, call: Call) => Reply | undefined
}

/** What operators can do about accounts, by `auth-contracts admin` and by the development controls. */
export interface Administration {
  /** Roles that a user can be given; none where there are no roles. */
  roles: readonly string[]
  /** Whether a role is the user's own, or one in each organization of the user. */
  rolesBelongTo: 'user' | 'membership'
  /** Plans that a user can be given; none where there are no plans. */
  plans: readonly string[]
  /** Whether operators may decide that sign-in demands a verified address. */
  verificationIsOptional: boolean
  /** The role of whom an operator makes first; absent where nobody administers others. */
  adminRole?: string
  /** Where users are apart by project and environment, and only keys lead to them. */
  projects?: {
    /** The pool of users of an environment. */
    realmOf: (projectId: string, environment: string) => string
    placeOf: (realm: string) => { projectId: string; environment: string }
    /** By the kind of key. */
    keyForms: Readonly<Record<string, ApiKeyForm>>
  }
  /** What the one-time tokens that invite newcomers are for; absent where nobody is invited. */
  invitationPurpose?: string
}

/** Where the server and the frontend are, without a slash at the end. Never taken from a request. */
export interface Site {
  /** Below which the contract's paths are. */
  publicUrl: string
  /** Where mailed links and redirects lead by default. */
  webUrl: string
  /** May pages of this origin be told answers, be redirected to, and use passkeys? */
  allowsOrigin: (origin: string) => boolean
}

/** What an operator decides, beside the rules of the core. Read at every use, since a development control changes it. */
export interface Switches {
  registration: 'open' | 'inviteOnly' | 'closed'
  guests: boolean
  passkeys: boolean
  publicProfiles: boolean
  fileStorage: boolean
  /** Where the browser lands after a provider; null where the server answers itself. */
  frontendUrl: string | null
  planEntitlements: Record<string, string[]>
}

export interface Services {
  core: Core
  site: Site
  switches: Partial<Switches>
  /** Those that are configured. */
  providers: OAuthProviders
  files: Files
}
