import { createHandlers } from 'auth-contracts/msw'
import { baseUrl } from '../api.ts'

/** The API in memory, for tests and for `npm run dev`, where it survives a reload of the page. */
export const auth = await createHandlers('bedrud', { baseUrl, storage: sessionStorage })
