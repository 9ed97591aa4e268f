// `auth-contracts/routes`: generated code imports it, so that it works where only this package is installed.
export { createRoute, z } from '@hono/zod-openapi'
