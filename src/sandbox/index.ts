export { UserError } from '../common/user-error.ts'
export type { SandboxData } from '../variants/sandbox-data.ts'
export { createSandbox, type Sandbox } from './sandbox.ts'
export type { SandboxSettings } from './settings.ts'
