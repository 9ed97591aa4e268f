/** An error whose message is for the user. */
export class CallError extends Error {}
