export { UserError } from '../common/user-error.ts'
export { createHandlers, type HandlersOptions, type MockedSandbox } from './handlers.ts'
