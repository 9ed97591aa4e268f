import type { ApiKeyForm } from '../core/api-keys.ts'
import type { AuthError } from '../core/errors.ts'
import type { Files } from '../core/files.ts'
import type { OAuthProviders } from '../core/oauth-provider.ts'
import type { Core, IdKind } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import type { AppOptions, Components } from '../http/app.ts'
import type { Call } from '../http/env.ts'
import type { Callers, Handlers, Reply, Routes } from '../http/handlers.ts'
import type { ErrorResponses } from '../http/http-error.ts'
import type { Authentication } from '../http/middleware/authenticate.ts'
import type { RateLimits } from '../http/rate-limits.ts'

/** What a server must know of an API, beside how it behaves. */
export interface Variant<R extends Routes = Routes> {
  routes: R
  components: Components
  errorResponses: ErrorResponses
  /** Operations for which an unusable body counts as none. */
  lenientBodies: readonly (keyof R & string)[]
}

/**
 * A variant with a server.
 * @typeParam F its feature flags, by name
 */
export interface ServedVariant<
  R extends Routes = Routes,
  C extends Callers = object,
  F extends object = object,
> extends Variant<R> {
  /** What its documents say about lifetimes, limits and passwords. Mailed links are built from `site`. */
  rules: (site: Site) => Rules
  /** Makes ids of the variant's own form. UUIDs by default. */
  newId?: (kind: IdKind, random: Core['random']) => string
  /** The defaults of the feature flags. Operators and the development controls change a copy. */
  flags: F
  /** What messages call a member of a flag whose value is an object, by the name of the flag. */
  flagMembers?: { readonly [Name in keyof F]?: string }
  /** The OAuth providers of its documents: `google`, `github`, `twitter`. */
  providers: readonly string[]
  /** Whether users upload files. */
  hasUploads: boolean
  administration: Administration
  /** Users of the contract's examples. Their passwords are public, so production refuses a database that contains one. */
  exampleUserIds: readonly string[]
  behaviour(services: Services<F>): Behaviour<R, C>
}

type Defaulted = 'lenientBodies' | 'flags' | 'providers' | 'hasUploads' | 'exampleUserIds'

/** A served variant as its folder declares it: whatever it does not have is left out. */
export type VariantDefinition<R extends Routes, C extends Callers, F extends object> = Omit<
  ServedVariant<R, C, F>,
  Defaulted | 'administration'
> &
  Partial<Pick<ServedVariant<R, C, F>, Defaulted>> & { administration?: Partial<Administration> }

/** Fills in the defaults of what a variant leaves out. */
export function defineVariant<R extends Routes, C extends Callers = object, F extends object = object>({
  administration,
  ...own
}: VariantDefinition<R, C, F>): ServedVariant<R, C, F> {
  return {
    lenientBodies: [],
    flags: {} as F,
    providers: [],
    hasUploads: false,
    exampleUserIds: [],
    ...own,
    administration: {
      roles: [],
      rolesBelongTo: 'user',
      plans: [],
      verificationIsOptional: false,
      ...administration,
    },
  }
}

/** Has the variant a server, or only a contract? */
export function isServed(variant: Variant): variant is ServedVariant {
  return 'behaviour' in variant
}

export interface Behaviour<R extends Routes = Routes, C extends Callers = object>
  extends Pick<AppOptions<R, C>, 'middlewareByOperation'> {
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

export interface Services<F extends object = object> {
  core: Core
  site: Site
  /** Feature flags. Read them at every use, because a development control changes them in place. */
  flags: F
  /** Those that are configured. */
  providers: OAuthProviders
  files: Files
}
