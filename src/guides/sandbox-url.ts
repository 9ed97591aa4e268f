/**
 * Replaces the placeholder `{sandbox}` in the text of a guide.
 * @param baseUrl the URL of the sandbox of the API, without a slash at the end
 */
export const withSandboxUrl = (markdown: string, baseUrl: string): string =>
  markdown.replaceAll('{sandbox}', baseUrl)
