// The command line with an API that is made for tests in the place of a real one.
import { variants } from '../../src/variants/index.ts'
import { fake } from '../server/fake.ts'

Object.assign(variants.bkend, fake)
await import('../../src/cli/main.ts')
