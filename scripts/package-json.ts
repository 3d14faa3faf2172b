/** What is told of this package elsewhere. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly url: string };
  /** Its name in the MCP registry, which looks for it in the package. */
  readonly mcpName: string;
  readonly bin: { readonly "sora-labo-mcp": string };
  readonly engines: { readonly node: string };
}

/** The address at which people look at the repository: npm's is for git. */
export function repositoryUrl({ repository }: Pick<PackageJson, "repository">): string {
  return repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
}
