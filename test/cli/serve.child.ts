// The command line, with a fake API in place of bkend.
import { sandboxData } from '../../src/sandbox/registry.ts'
import { variants } from '../../src/variants/index.ts'
import { fakeData, fakeVariant } from '../server/fake.ts'

Object.assign(await variants.bkend(), fakeVariant)
sandboxData.bkend = async () => fakeData
await import('../../src/cli/main.ts')
