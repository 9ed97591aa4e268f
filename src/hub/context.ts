import type { Context } from 'hono'
import type { Api, Catalog } from '../catalog/api.ts'
import type { Mock } from '../mock/mock.ts'
import type { Sandbox } from '../sandbox/index.ts'
import type { Html } from '../ui/page.ts'
import type { ContractEvents } from './contract-events.ts'
import type { Memoized } from './memoize.ts'

/** The state and functions that the routes of the hub share. They are created again for another catalog. */
export interface HubContext {
  catalog: Catalog
  /** Opens the sandbox of an API that has one, unless it is open. */
  sandboxOf: Memoized<ServedApi, Sandbox>
  /** Loads the mock of an API, unless it is loaded. */
  mockOf: Memoized<Api, Mock>
  /** Returns the origin of the hub for the client of a request. */
  originOf: (c: Context) => string
  /** Tells open pages that a contract has changed. */
  contractEvents: ContractEvents
  /** The version of the catalog, which pages with a contract show. See `ContractEvents`. */
  contractVersion: string
  /** Renders the navigation on top of the page at a path. */
  navigationFor: (path: string) => Html
}

/** Tells whether the contract of an API is one of the user, which can change while the hub runs. */
export const isOwn = (api: Api): boolean => api.locate !== undefined

/** An API that has a sandbox. */
export type ServedApi = Api & Required<Pick<Api, 'server'>>

export const isServed = (api: Api): api is ServedApi => api.server !== undefined

/** Returns the API in the path of a request such as `/docs/<api>/`, without decoding its name. */
export const apiIn = (catalog: Catalog, path: string): Api | undefined => catalog.find(path.split('/')[2])
