/** A setting that cannot work. The message is a sentence for the operator. */
export class ConfigError extends Error {}
