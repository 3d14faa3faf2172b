/** A page, whole, with its style and script in it: scripts/panel-page.ts makes it. */
declare module "*.html" {
  const page: string;
  export default page;
}
