import { createBedrudClient, storageTokens } from 'auth-contracts/client'

export const baseUrl = 'https://api.example.com'

/** The client of the API. Its session survives a reload of the page. */
export const api = createBedrudClient({ baseUrl, tokens: storageTokens(localStorage, 'session') })
