/** Waits for a number of milliseconds. On any platform, unlike `node:timers/promises`. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
