/** The URL of the app in tests. */
export const webUrl = `http://localhost:${process.env.PORT ?? 5173}`
