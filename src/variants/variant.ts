import type { ApiKeyFormat } from '../core/api-keys.ts'
import type { AuthError } from '../core/errors.ts'
import type { Files } from '../core/files.ts'
import type { OAuthProviders } from '../core/oauth-provider.ts'
import type { Core, IdKind } from '../core/ports.ts'
import type { Rules } from '../core/rules.ts'
import type { IssuedTokens } from '../core/sessions.ts'
import type { AppOptions, Components } from '../http/app.ts'
import type { Call } from '../http/env.ts'
import type { Callers, Handlers, Reply, Routes } from '../http/handlers.ts'
import type { ErrorResponses } from '../http/http-error.ts'
import type { Authentication } from '../http/middleware/authenticate.ts'
import type { RateLimits } from '../http/rate-limits.ts'

/** The generated parts of an API and its error responses. Enough for a stub. */
export interface Variant<R extends Routes = Routes> {
  routes: R
  components: Components
  errorResponses: ErrorResponses
  /** Operations that ignore an invalid body instead of rejecting it. */
  lenientBodies: readonly (keyof R & string)[]
}

/**
 * A variant with a server.
 * @typeParam F the feature flags, by name
 */
export interface ServedVariant<
  R extends Routes = Routes,
  C extends Callers = object,
  F extends object = object,
> extends Variant<R> {
  /** Returns the rules: lifetimes, rate limits, passwords and others. Mailed links are built from `site`. */
  rules: (site: Site) => Rules
  /** Creates ids. UUIDs by default. */
  newId?: (kind: IdKind, random: Core['random']) => string
  /** The defaults of the feature flags. Operator controls change a copy. */
  flags: F
  /** The flag that an explicitly configured frontend sets, unless the operator decides otherwise. */
  webUrlFlag?: keyof F & string
  /** For flags that are objects: the word for one of their fields in error messages. */
  flagFieldNouns?: { readonly [Name in keyof F]?: string }
  /** The supported OAuth providers: `google`, `github`, `twitter`. */
  providers: readonly string[]
  /** Whether users can upload files. */
  hasUploads: boolean
  administration: Administration
  /**
   * Ids of the example users. Their passwords are public, so production rejects a database that contains
   * one.
   */
  exampleUserIds: readonly string[]
  /** Returns the reply of `signIn`: the tokens in the body, and the cookies if the API sets some. */
  replyToSignIn: (issued: IssuedTokens, site: Site) => Reply
  behaviour(services: Services<F>): Behaviour<R, C>
}

type Defaulted = 'lenientBodies' | 'flags' | 'providers' | 'hasUploads' | 'exampleUserIds'

/** A variant as its folder declares it. Fields with a default are optional. */
export type VariantDefinition<R extends Routes, C extends Callers, F extends object> = Omit<
  ServedVariant<R, C, F>,
  Defaulted | 'administration'
> &
  Partial<Pick<ServedVariant<R, C, F>, Defaulted>> & { administration?: Partial<Administration> }

/** Adds the defaults to the definition of a variant. */
export function defineVariant<R extends Routes, C extends Callers = object, F extends object = object>({
  administration,
  ...definition
}: VariantDefinition<R, C, F>): ServedVariant<R, C, F> {
  return {
    lenientBodies: [],
    flags: {} as F,
    providers: [],
    hasUploads: false,
    exampleUserIds: [],
    ...definition,
    administration: {
      roles: [],
      rolesBelongTo: 'user',
      plans: [],
      verificationIsOptional: false,
      ...administration,
    },
  }
}

export interface Behaviour<R extends Routes = Routes, C extends Callers = object>
  extends Pick<AppOptions<R, C>, 'middlewareByOperation'> {
  handlers: Handlers<R, C>
  authentication: Authentication<C>
  rateLimits?: RateLimits<C>
  /** Returns the reply to an error of the core; undefined if no operation of the API can cause it (500). */
  replyToError: (error: AuthError, call: Call) => Reply | undefined
}

/** The abilities of operators, for `auth-contracts admin` and the development controls. */
export interface Administration {
  /** The roles of users. Empty if the API has no roles. */
  roles: readonly string[]
  /** Whether a user has one role, or one per membership in an organization. */
  rolesBelongTo: 'user' | 'membership'
  /** The plans of users. Empty if the API has no plans. */
  plans: readonly string[]
  /** Whether operators can decide if sign-in requires a verified email. */
  verificationIsOptional: boolean
  /** The role of administrators. Absent if the API has none. */
  adminRole?: string
  /** Present if users belong to a project and an environment, which an API key selects. */
  projects?: {
    /** Returns the realm (pool of users) of an environment. */
    realmOf: (projectId: string, environment: string) => string
    scopeOf: (realm: string) => { projectId: string; environment: string }
    /** The form of API keys, by their kind. */
    keyFormats: Readonly<Record<string, ApiKeyFormat>>
  }
  /** The purpose of one-time tokens that are invitations. Absent if operators cannot invite. */
  invitationPurpose?: string
}

/**
 * The URLs of the server and its frontend, without a trailing slash. From the configuration, never from a
 * request.
 */
export interface Site {
  /** The base URL of the contract's paths. */
  publicUrl: string
  /** The default target of mailed links and redirects. */
  webUrl: string
  /** Returns whether an origin is trusted: for CORS, redirects and passkeys. */
  allowsOrigin: (origin: string) => boolean
}

/** The dependencies of a variant's handlers. */
export interface Services<F extends object = object> {
  core: Core
  site: Site
  /** Feature flags. Read them at every use, because operator controls change them in place. */
  flags: F
  /** The configured OAuth providers. */
  providers: OAuthProviders
  files: Files
}
