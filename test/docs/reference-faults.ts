import type { Page } from 'playwright-core'
import { accessibilityFaults } from '../support/accessibility.ts'

/**
 * Returns the accessibility faults of a page of Redoc. Minor ones are left out, such as the empty header in
 * the corner of a table.
 */
export const faultsIn = async (page: Page): Promise<string[]> =>
  (await accessibilityFaults(page)).filter((fault) => !fault.startsWith('minor '))
