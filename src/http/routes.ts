// `auth-contracts/routes`: what generated code imports, so that it works where only this package is installed.
export { createRoute, z } from '@hono/zod-openapi'
