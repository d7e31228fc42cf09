/** The job summary as a page, about as GitHub shows it, light and dark. */

import { Marked } from 'marked'

const ALERT = /<blockquote>\s*<p>\[!(WARNING|NOTE|IMPORTANT)\]\s*/g

export function summaryPage(markdown: string): string {
  const body = new Marked({ gfm: true, async: false })
    .parse(markdown, { async: false })
    .replace(ALERT, (_, kind: string) => {
      const title = `${kind.charAt(0)}${kind.slice(1).toLowerCase()}`
      return `<blockquote class="${kind.toLowerCase()}"><p class="title">${title}</p><p>`
    })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Job summary</title>
<style>
  :root { --text: #1f2328; --page: #fff; --muted: #59636e; --line: #d1d9e0; --box: #f6f8fa; --code: #818b981f; --link: #0969da; --warning: #9a6700; --note: #0969da }
  @media (prefers-color-scheme: dark) {
    :root { --text: #f0f6fc; --page: #0d1117; --muted: #9198a1; --line: #3d444d; --box: #151b23; --code: #656c7633; --link: #4493f8; --warning: #d29922; --note: #4493f8 }
  }
  body { font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; color: var(--text); background: var(--page); max-width: 1012px; margin: 32px auto; padding: 0 24px }
  a { color: var(--link) }
  h2 { font-size: 24px; padding-bottom: .3em; border-bottom: 1px solid var(--line) }
  table { border-collapse: collapse; display: block; overflow: auto; margin: 0 0 16px }
  th, td { border: 1px solid var(--line); padding: 6px 13px; text-align: left }
  tr:nth-child(2n) { background: var(--box) }
  code { font: 85% ui-monospace, "DejaVu Sans Mono", monospace; background: var(--code); border-radius: 6px; padding: .2em .4em }
  pre { background: var(--box); border-radius: 6px; padding: 16px; overflow: auto }
  pre code { background: none; padding: 0 }
  details { margin: 0 0 16px }
  summary { cursor: pointer }
  li { margin: .25em 0 }
  blockquote { margin: 0 0 16px; padding: .5em 1em; border-left: .25em solid var(--line) }
  blockquote p { margin: 0 }
  blockquote .title { font-weight: 500 }
  blockquote.warning { border-color: var(--warning) }
  blockquote.warning .title { color: var(--warning) }
  blockquote.note { border-color: var(--note) }
  blockquote.note .title { color: var(--note) }
</style>
${body}
</html>
`
}
