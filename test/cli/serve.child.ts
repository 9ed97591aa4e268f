// The command line with an API that is made for tests in the place of a real one.
import { sandboxData } from '../../src/sandbox/registry.ts'
import { variants } from '../../src/variants/index.ts'
import { fakeData, fakeVariant } from '../server/fake.ts'

Object.assign(await variants.bkend(), fakeVariant)
sandboxData.bkend = async () => fakeData
await import('../../src/cli/main.ts')
