/// <reference types="vite/client" />

/** True in `npm run test:slow`, which runs tests with the full number of rounds. */
export const isSlow = import.meta.env.MODE === 'slow'
