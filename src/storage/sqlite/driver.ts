import type sqlite from 'node:sqlite'
import { assertNodeVersion } from '../../common/node-version.ts'

// A static import would fail in an old Node version before this check, with an error that names no version.
assertNodeVersion()

export const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
export type DatabaseSync = sqlite.DatabaseSync
