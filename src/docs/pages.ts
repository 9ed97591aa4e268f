import type { Api, Catalog } from '../catalog/api.ts'
import { guideLanguages } from '../guides/guide.ts'
import { endpointsOf } from '../openapi/operations.ts'
import type { Page } from '../ui/page.ts'
import { type DocsOptions, hasGuides, hasJourneys, readContext } from './context.ts'
import { renderGuide, renderGuideList } from './guide-page.ts'
import { guideText } from './guide-text.ts'
import { renderJourneys } from './journeys-page.ts'
import { llmsFullText, llmsText } from './llms.ts'
import { operationText } from './operation-text.ts'
import {
  guidePath,
  guidesPath,
  guideTextPath,
  journeysPath,
  llmsFullPath,
  llmsPath,
  operationPath,
} from './paths.ts'

/** A page or text of the docs. */
export interface DocsPage {
  /** Its path in the docs, such as `<variant>/guides/sign-out/index.html`. */
  path: string
  /** Returns a text as a string. */
  render: () => Promise<Page | string>
}

/** Returns the pages and texts of an API, apart from its reference. */
export async function pagesOf(api: Api, options: DocsOptions): Promise<DocsPage[]> {
  const context = await readContext(api, options)
  const { variant } = context
  return [
    ...(hasJourneys(context) ? [{ path: journeysPath(variant), render: () => renderJourneys(context) }] : []),
    ...(hasGuides(context) ? guideLanguages : []).map((language) => ({
      path: guidesPath(variant, language),
      render: () => renderGuideList(context, language),
    })),
    ...context.guides.flatMap((guide) => [
      {
        path: guidePath(variant, guide.language, guide.topic),
        render: () => renderGuide(context, guide),
      },
      {
        path: guideTextPath(variant, guide.language, guide.topic),
        render: () => guideText(context, guide),
      },
    ]),
    ...endpointsOf(context.document).map((endpoint) => ({
      path: operationPath(variant, endpoint.operation.operationId ?? ''),
      render: async () => operationText(context, endpoint),
    })),
  ]
}

/** Returns the texts about all APIs, for programs. */
export function llmsPages({ apis }: Catalog, options: DocsOptions): DocsPage[] {
  const readContexts = () => Promise.all(apis.map((api) => readContext(api, options)))
  return [
    { path: llmsPath, render: async () => llmsText(await readContexts()) },
    { path: llmsFullPath, render: async () => llmsFullText(await readContexts()) },
  ]
}
