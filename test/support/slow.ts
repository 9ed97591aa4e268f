/// <reference types="vite/client" />

/** Whether this is `npm run test:slow`, where requirements have as many rounds as they ask for. */
export const isSlow = import.meta.env.MODE === 'slow'
