import type { Routes } from '../contract/handlers.ts'
import type { Refusals } from '../contract/refusals.ts'

/** What a server must know of an API, beside its handlers. */
export type Variant<R extends Routes = Routes> = {
  routes: R
  /** How it words what the framework refuses. */
  refusals: Refusals
  /** Operations for which a body that cannot be used counts as none. */
  lenientBodies: readonly (keyof R & string)[]
}
