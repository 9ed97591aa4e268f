/** Something the user can put right. The message says what was wrong and what to do; no stack trace is shown. */
export class UserError extends Error {}
